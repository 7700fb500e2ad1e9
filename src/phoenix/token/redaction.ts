/** What must not be shown, whatever text it stands in. */
export interface Confidential {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Access tokens that are or were in use. */
  readonly tokens: readonly string[];
}

/** So many characters of a secret in a row give it away; a shorter secret does so as a whole. */
const REVEALING_RUN = 8;
const HIDDEN = '***';

/**
 * Hides client id, client secret and tokens in a text that somebody else wrote: as they are, and in
 * each form in which a request carries them (JSON, form, percent-encoded, HTTP Basic), in any case. Of
 * secret and tokens, and of what holds them, any run of eight characters is hidden.
 *
 * @returns undefined where even what is left would reveal one of them
 */
export function redact(
  text: string,
  { clientId, clientSecret, tokens }: Confidential,
): string | undefined {
  const credentials = [
    `${formEncoded(clientId)}:${formEncoded(clientSecret)}`,
    `${clientId}:${clientSecret}`,
  ];
  const secrets = [clientSecret, ...tokens, ...credentials].flatMap(formsOf).map(lowerCase);
  const wholes = formsOf(clientId).map(lowerCase);
  const runs = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < REVEALING_RUN) wholes.push(secret);
    for (const run of runsIn(secret)) runs.add(run);
  }
  const redacted = hide(hide(text, wholes, runs), wholes, runs);
  return hiddenIn(redacted, wholes, runs).includes(true) ? undefined : redacted;
}

function hide(text: string, wholes: readonly string[], runs: ReadonlySet<string>): string {
  const hidden = hiddenIn(text, wholes, runs);
  let shown = '';
  for (let index = 0; index < text.length; index++) {
    if (!hidden[index]) shown += text.charAt(index);
    else if (!hidden[index - 1]) shown += HIDDEN;
  }
  return shown;
}

/** Which characters of the text belong to something confidential. */
function hiddenIn(text: string, wholes: readonly string[], runs: ReadonlySet<string>): boolean[] {
  const lower = lowerCase(text);
  const hidden = Array<boolean>(text.length).fill(false);
  for (const whole of wholes) {
    for (let at = lower.indexOf(whole); at !== -1; at = lower.indexOf(whole, at + 1)) {
      hidden.fill(true, at, at + whole.length);
    }
  }
  let at = 0;
  for (const run of runsIn(lower)) {
    if (runs.has(run)) hidden.fill(true, at, at + REVEALING_RUN);
    at++;
  }
  return hidden;
}

function* runsIn(text: string): Generator<string> {
  for (let at = 0; at + REVEALING_RUN <= text.length; at++) {
    yield text.slice(at, at + REVEALING_RUN);
  }
}

/** A value as it is, and as requests and those who print them spell it. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const json = JSON.stringify(value).slice(1, -1);
  const forms = [
    value,
    json,
    json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    json.replaceAll('/', '\\/'),
    formEncoded(value),
    formEncoded(value).replaceAll('+', '%20'),
    encodeURIComponent(bytes.toString()),
    bytes.toString('latin1'),
    bytes.toString('base64'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
  return [...new Set(forms)].filter((form) => form !== '');
}

/** `application/x-www-form-urlencoded` of one value. */
function formEncoded(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1);
}

/** ASCII only, so that no text changes its length. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
