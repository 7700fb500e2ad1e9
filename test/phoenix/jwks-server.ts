import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose';

interface SigningKey {
  readonly kid: string;
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** An identity provider as far as a verifier sees it: it signs tokens and publishes its keys. */
export class JwksServer implements AsyncDisposable {
  /** Key sets served so far. */
  hits = 0;
  /** What is answered in place of the key set, if anything. */
  instead:
    | {
        readonly status: number;
        readonly body: string;
        readonly headers?: Readonly<Record<string, string>>;
      }
    | undefined;
  readonly #server: Server;
  readonly #keys: SigningKey[] = [];
  #published: unknown[] = [];

  private constructor() {
    this.#server = createServer((_, response) => {
      this.hits++;
      const { status, body, headers } = this.instead ?? { status: 200, body: this.#keySet() };
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body);
    });
  }

  static async start(): Promise<JwksServer> {
    const server = new JwksServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/jwks.json`;
  }

  /** Makes a new key and publishes it in place of all others. */
  async rotate(algorithm = 'ES256'): Promise<SigningKey> {
    this.#published = [];
    return this.addKey(algorithm);
  }

  /** Makes a new key and publishes it beside the others, as issuers do in the middle of a rotation. */
  async addKey(algorithm = 'ES256'): Promise<SigningKey> {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
    const kid = `key-${this.#keys.length + 1}`;
    const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
    const key = { kid, algorithm, privateKey, publicKey, publicJwk };
    this.#keys.push(key);
    this.#published.push(publicJwk);
    return key;
  }

  /** Publishes whatever this is before the keys that can be used. */
  publishFirst(...entries: unknown[]): void {
    this.#published.unshift(...entries);
  }

  sign(claims: JWTPayload, key = this.#latestKey): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: key.algorithm, kid: key.kid })
      .sign(key.privateKey);
  }

  /** Signs, without saying with which key. */
  signAnonymously(claims: JWTPayload, { algorithm, privateKey }: SigningKey): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: algorithm }).sign(privateKey);
  }

  /** The public key as anybody can download it. */
  publicPem(): Promise<string> {
    return exportSPKI(this.#latestKey.publicKey);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #latestKey(): SigningKey {
    const key = this.#keys.at(-1);
    if (key === undefined) throw new Error('No key was made yet: call rotate().');
    return key;
  }

  #keySet(): string {
    return JSON.stringify({ keys: this.#published });
  }
}
