import { inspect } from 'node:util';

const INSPECTIONS = [
  { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null },
  {
    depth: Infinity,
    showHidden: true,
    maxArrayLength: null,
    maxStringLength: null,
    customInspect: false,
  },
] as const;

/** Collects whatever the world gets to see, and finds secrets in it. */
export class LeakNet {
  readonly #spellings = new Map<string, string>();
  readonly #catch: { readonly where: string; readonly text: string }[] = [];

  /** From now on, and for what was collected before, this must be nowhere, however it is spelt. */
  guard(name: string, secret: string): this {
    const bytes = Buffer.from(secret);
    for (const [spelling, text] of [
      ['plain', secret],
      ['in base64', bytes.toString('base64').replace(/=+$/, '')],
      ['in base64url', bytes.toString('base64url')],
      ['in hex', bytes.toString('hex')],
      ['URL-encoded', encodeURIComponent(secret)],
      ['form-encoded', new URLSearchParams([['', secret]]).toString().slice(1)],
    ] as const) {
      if (![...this.#spellings.keys()].includes(text))
        this.#spellings.set(text, `${name} ${spelling}`);
    }
    return this;
  }

  /** Takes a value in every form that a log, an error tracker or a debugger would show it in. */
  collect(where: string, value: unknown): void {
    for (const text of textsOf(value, new Set())) this.#catch.push({ where, text });
  }

  /** What leaked, and where; each once. */
  get leaks(): string[] {
    const found = new Set<string>();
    for (const { where, text } of this.#catch) {
      for (const [secret, name] of this.#spellings) {
        if (text.includes(secret)) found.add(`${name} in ${where}`);
      }
    }
    return [...found];
  }
}

function* textsOf(value: unknown, seen: Set<unknown>): Generator<string> {
  yield String(value);
  if (typeof value === 'string') return;
  for (const options of INSPECTIONS) yield inspect(value, options);
  if (typeof value === 'object') yield jsonOf(value);
  if (!(value instanceof Error) || seen.has(value)) return;
  seen.add(value);
  yield String(value.stack);
  for (const name of Reflect.ownKeys(value)) {
    yield* textsOf(Reflect.get(value, name), seen);
  }
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value, undefined, 1);
  } catch {
    return '';
  }
}
