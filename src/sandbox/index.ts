export { PhoenixSandbox } from './phoenix-sandbox.js';
export { PhoenixSandboxModule } from './phoenix-sandbox.module.js';
export type { PhoenixSandboxOptions } from './sandbox.options.js';
export type {
  ExpiryMessage,
  ExplorerUrlPlace,
  PaymentOutcome,
  SandboxOrder,
} from './checkout/order.js';
export type { SandboxPaymentLink } from './checkout/payment-link.store.js';
export type { SandboxStats } from './stats/sandbox-stats.js';
export type {
  DisconnectBodyFault,
  DisconnectFault,
  EmptyFault,
  FaultCommon,
  HangBodyFault,
  HangFault,
  HtmlFault,
  HugeFault,
  JsonValue,
  RedirectFault,
  ReplyFault,
  SandboxFault,
  SandboxFaultKind,
  StatusFault,
  TokenFault,
  TruncatedFault,
} from './faults/fault.schema.js';
