import { types } from 'node:util';
import { PhoenixSandbox } from './phoenix-sandbox.js';

const DEFAULT_PORT = 4000;

/** What the command prints to. */
export interface CliOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const standardStreams: CliOutput = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

/**
 * `npm run sandbox`: starts a sandbox from `PORT` (default 4000) and `HOST` (default 127.0.0.1) and
 * prints how to use it. A failure is one line on standard error, and no sandbox is returned.
 */
export async function runSandboxCli(
  env: Readonly<Record<string, string | undefined>>,
  output: CliOutput = standardStreams,
): Promise<PhoenixSandbox | undefined> {
  try {
    const sandbox = await PhoenixSandbox.start({
      port: portFrom(env.PORT),
      host: env.HOST === '' ? undefined : env.HOST,
    });
    output.out(banner(sandbox));
    return sandbox;
  } catch (error) {
    output.err(`${types.isNativeError(error) ? error.message : String(error)}\n`);
    return undefined;
  }
}

function portFrom(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new Error(`PORT is "${text}", which is not a port. Set it to a number from 0 to 65535.`);
}

function banner(sandbox: PhoenixSandbox): string {
  const faults = `${sandbox.origin}/sandbox/faults`;
  return `
Phoenix in a box is running. It imitates the vendor: no money moves.

  Token URL      ${sandbox.tokenUrl}
  Iframe URL     ${sandbox.iframeUrl}
  Client id      ${sandbox.clientId}
  Client secret  ${sandbox.clientSecret}

Get a token:
  curl -s ${sandbox.tokenUrl} --json '{"grant_type":"client_credentials","client_id":"${sandbox.clientId}","client_secret":"${sandbox.clientSecret}"}'

Make the next two token requests fail, then clear all faults:
  curl -s ${faults} --json '{"kind":"status","status":503,"retryAfter":5,"times":2}'
  curl -s -X DELETE ${faults}

Press Pay in the checkout page, and let the payment fail (or fulfilled, cancelled, expired):
  curl -s ${sandbox.origin}/sandbox/payments --json '{"outcome":"failed"}'

See what arrived:
  curl -s ${sandbox.origin}/sandbox/stats

Stop with Ctrl+C.
`;
}
