import { z } from 'zod';
import { PhoenixError } from './phoenix-error.js';
import { secretProblem } from './secret-text.js';
import { secretUnavailableError } from './token/token-errors.js';

/** The option `clientSecret`, which becomes a function to be asked before every token request. */
export const clientSecret = z
  .union(
    [
      z
        .string()
        .min(1)
        .superRefine((text, context) => {
          const message = secretProblem(text);
          if (message !== undefined) context.addIssue({ code: 'custom', message });
        }),
      z.custom<() => string | Promise<string>>((value) => typeof value === 'function'),
    ],
    'must be a non-empty string or a function that returns one',
  )
  .transform(readerOf);

function readerOf(source: string | (() => string | Promise<string>)): () => Promise<string> {
  if (typeof source === 'string') return () => Promise.resolve(source);
  return async () => {
    const secret = await askFor(source);
    if (typeof secret !== 'string' || secret === '') {
      throw secretUnavailableError('returned no secret');
    }
    const problem = secretProblem(secret);
    if (problem !== undefined) throw secretUnavailableError(`returned a text that ${problem}`);
    return secret;
  };
}

async function askFor(source: () => string | Promise<string>): Promise<unknown> {
  try {
    return await source();
  } catch (error) {
    if (error instanceof PhoenixError && error.code === 'secret_unavailable') throw error;
    throw secretUnavailableError('failed');
  }
}
