import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { settingsFrom } from '../../src/phoenix/phoenix.settings.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const README = readFileSync(`${ROOT}README.md`, 'utf8');

/** Code spans of each cell, row by row, of the table that begins with a heading. */
function spansOf(heading: string): Record<string, string[]>[] {
  const [head = '', , ...rows] = README.slice(README.indexOf(`| ${heading} |`))
    .split('\n\n')[0]!
    .split('\n');
  const cellsOf = (row: string) => row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''));
  const names = cellsOf(head);
  return rows.map((row) =>
    Object.fromEntries(
      cellsOf(row).map((cell, index): [string, string[]] => [
        names[index] ?? '',
        [...cell.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span),
      ]),
    ),
  );
}

/** What an option that does not exist is refused with. */
function isOption(name: string): boolean {
  try {
    settingsFrom({ clientId: 'a', clientSecret: 'b', [name]: Symbol('of no type') });
    return true;
  } catch (error) {
    return !String(error).includes(`${name} is not an option of this module`);
  }
}

describe('The table of what the vendor asks for', () => {
  const rows = spansOf('the vendor asks for');

  it('covers the page sentence by sentence', () => {
    expect(rows.length).toBeGreaterThanOrEqual(11);
  });

  it('names options that exist', () => {
    const options = rows.flatMap(({ option = [] }) => option);

    expect(options.length).toBeGreaterThanOrEqual(rows.length);
    expect(options.filter((name) => !isOption(name))).toEqual([]);
    expect(isOption('clientID')).toBe(false);
  });

  it('names tests that exist', () => {
    for (const { test = [] } of rows) {
      expect(test).toHaveLength(1);
      expect(test.filter((file) => !existsSync(`${ROOT}${file}`))).toEqual([]);
    }
  });
});

describe('The register of assumptions', () => {
  it('names options that exist', () => {
    const options = spansOf('unknown').flatMap(({ option = [] }) => option);

    expect(options.length).toBeGreaterThan(5);
    expect(options.filter((name) => !isOption(name.split(':')[0]!))).toEqual([]);
  });
});
