import { readFile } from 'node:fs/promises';

/** Stands for wherever your application keeps its secrets. */
export async function readSecret(name: string): Promise<string> {
  const text = await readFile(`/run/secrets/${name}`, 'utf8');
  return text.trim();
}
