import { readFileSync } from 'node:fs';
import { command } from '../consumers/installs.mjs';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const MANAGERS = ['npm', 'pnpm', 'yarn'] as const;

/** The cells of the README's table, row by row. */
const table = README.slice(README.indexOf('| your app | ')).split('\n\n')[0] ?? '';
const [head = [], , ...rows] = table
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe('The install commands of the README', () => {
  it.each([
    ['Nest 12', 'nest-12'],
    ['Nest 11', 'nest-11'],
  ] as const)('for %s are what the consumers install it with', (name, host) => {
    const cells = rows.find((cells) => cells.includes(name)) ?? [];
    const packages = cells[head.indexOf('packages')] ?? '';
    const commands = MANAGERS.map((manager) => {
      const start = new RegExp(`^${manager} .*<packages>$`, 'm').exec(README)?.[0] ?? '';
      return start.replace('<packages>', packages.replaceAll('`', ''));
    });
    expect(commands).toEqual(MANAGERS.map((manager) => command(host, manager)));
  });
});
