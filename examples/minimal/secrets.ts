import { readFile } from 'node:fs/promises';

/** Stands for wherever your application keeps its secrets. */
export async function readSecret(name: string): Promise<string> {
  return readFile(`/run/secrets/${name}`, 'utf8');
}
