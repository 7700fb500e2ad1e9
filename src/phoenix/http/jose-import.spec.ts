import { readdirSync, readFileSync } from 'node:fs';

const LIBRARY = new URL('../', import.meta.url);

describe('jose', () => {
  it('is loaded by the verifier of JWTs alone, at the first one', () => {
    const files = readdirSync(LIBRARY, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('spec.ts'),
    );
    const importers = files.flatMap((file) =>
      readFileSync(new URL(file, LIBRARY), 'utf8')
        .split('\n')
        .filter((line) => /(from|import\(|require\() ?'jose'/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(importers.filter((line) => !line.includes('import type '))).toEqual([
      "http/jwt-verifier.ts: const jose = await import('jose');",
    ]);
  });
});
