// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Where the measured side and the other side run.
 *
 * @typedef {object} Cores
 * @property {number | undefined} measured
 * @property {number | undefined} opposite
 * @property {string} note how the processes are placed, for the report
 */

/**
 * Two cores as far apart as can be: neighbours often share one physical core.
 *
 * @returns {Cores}
 */
export function chooseCores() {
  const allowed = allowedCores();
  const measured = allowed.at(0);
  const opposite = allowed.at(-1);
  if (measured === undefined || measured === opposite) {
    return {
      measured: undefined,
      opposite: undefined,
      note: 'processes not pinned to cores, so expect more noise',
    };
  }
  return {
    measured,
    opposite,
    note: `servers pinned to core ${measured}, load generator to core ${opposite}`,
  };
}

/**
 * Runs a script of this folder in a Node process of its own.
 *
 * @param {string} script path within this folder
 * @param {string[]} args
 * @param {number | undefined} core
 */
export function startProcess(script, args, core) {
  const node = ['--expose-gc', fileURLToPath(new URL(script, import.meta.url)), ...args];
  const [command, commandArgs] =
    core === undefined
      ? [process.execPath, node]
      : ['taskset', ['-c', String(core), process.execPath, ...node]];
  return spawn(command, commandArgs, {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/**
 * What the process says next.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<any>}
 */
export function messageOf(child) {
  return new Promise((resolve, reject) => {
    /** @param {unknown} message */
    const onMessage = (message) => {
      child.off('exit', onExit);
      resolve(message);
    };
    /** @param {number | null} code */
    const onExit = (code) => {
      child.off('message', onMessage);
      reject(new Error(`${child.spawnargs.slice(-3).join(' ')} ended early (exit code ${code}).`));
    };
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}

/** @param {import('node:child_process').ChildProcess} child */
export async function stopProcess(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/**
 * In a started process: speaks to the one that started it.
 *
 * @param {unknown} message
 */
export function report(message) {
  process.send?.(message);
}

/**
 * In a started server: tells where it listens, and from then on, when asked, what CPU time it took.
 *
 * @param {string} url
 */
export function announce(url) {
  process.on('message', () => report(process.cpuUsage()));
  report(url);
}

// A started process ends with the one that started it.
process.once('disconnect', () => process.exit());

/** @returns {number[]} */
function allowedCores() {
  if (process.platform !== 'linux') return [];
  if (spawnSync('taskset', ['--version']).error) return [];
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return (list ?? '').split(',').flatMap((range) => {
    const [first = NaN, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
