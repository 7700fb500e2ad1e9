#!/usr/bin/env node
import { runSandboxCli } from './sandbox.cli.js';

void runSandboxCli(process.env).then((sandbox) => {
  if (sandbox === undefined) {
    process.exitCode = 1;
    return;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void sandbox.close());
  }
});
