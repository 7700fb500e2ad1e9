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

/** How a secret is spelt inside of URLs, forms and JSON, and of one in another. */
const ENCODINGS: readonly (readonly [string, (text: string) => string])[] = [
  ['URL-encoded', encodeURIComponent],
  ['URL-encoded twice', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['form-encoded', formEncoded],
  ['form-encoded and URL-encoded', (text) => encodeURIComponent(formEncoded(text))],
  ['JSON-escaped', jsonEscaped],
  ['JSON-escaped with its slashes', (text) => jsonEscaped(text).replaceAll('/', '\\/')],
  ['JSON-escaped beyond ASCII', asciiOnly],
];

/**
 * What carries the token in messages and webhooks about payment links (vendor page: payment-links): any
 * token in them is a leak, known or not, in plain text, JSON, an inspected object or a URL.
 */
const TOKEN_OF_A_LINK =
  /(urlParams|paymentLinkURL)[^]{0,2000}?access_token(?:['"\\]*\s*[:=]\s*['"\\]*|\\+u003d|%(?:25)*3D)[\w-]/gi;

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
      ...ENCODINGS.map(([spelling, encode]) => [spelling, encode(secret)] as const),
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
      for (const [, field = ''] of text.matchAll(TOKEN_OF_A_LINK)) {
        found.add(`the token of a payment link, as ${field}, in ${where}`);
      }
    }
    return [...found];
  }
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

function jsonEscaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function asciiOnly(text: string): string {
  return jsonEscaped(text).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
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
