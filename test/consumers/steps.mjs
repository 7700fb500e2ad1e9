// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';

/** What package managers do must not hang on how we were called, nor on who watches. */
const env = {
  ...process.env,
  CI: 'true',
  NODE_OPTIONS: '',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_loglevel: 'error',
  YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
  YARN_ENABLE_TELEMETRY: 'false',
  YARN_NODE_LINKER: 'node-modules',
};

/** Against what hangs; a busy machine is slow. */
const STEP_LIMIT_MS = 600_000;
/** An application that lasts longer than this does not end by itself: a handle is open. */
export const START_LIMIT_MS = 120_000;

/**
 * Runs a command that has to succeed; one that takes too long is ended with all that it started.
 *
 * @param {string} cwd
 * @param {readonly string[]} command
 * @param {number} [limitMs]
 * @returns {Promise<string>} what it printed
 */
export async function step(cwd, command, limitMs = STEP_LIMIT_MS) {
  const name = `${basename(cwd)}: ${command.join(' ')}`;
  const startedMs = performance.now();
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), limitMs);
  const exited = once(child, 'exit');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = await exited;
  clearTimeout(timer);
  if (code !== 0) {
    const cause = signal === null ? '' : `It did not end within ${limitMs / 1000} s.\n`;
    throw new Error(`FAIL  ${name}\n${cause}${stdout}${stderr}`);
  }
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  process.stdout.write(`ok    ${name} (${seconds} s)\n`);
  return stdout;
}
