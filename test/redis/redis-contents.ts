import type { Redis } from 'ioredis';
import type { RedisServer } from '../support/redis-server.js';

/** One command as Redis got it. */
export interface SeenCommand {
  /** When, by the clock of Redis, in milliseconds. */
  readonly atMs: number;
  readonly words: readonly string[];
  /** The address of the client, or `lua` for what a script did. */
  readonly source: string;
}

/** Sees every command that Redis gets from now on, and what scripts do. */
export class Observer implements AsyncDisposable {
  readonly seen: SeenCommand[] = [];

  private constructor(private readonly monitor: Redis) {
    monitor.on('monitor', (time: string, words: string[], source: string) => {
      this.seen.push({ atMs: Number(time) * 1000, words, source });
    });
  }

  static async of({ admin }: RedisServer): Promise<Observer> {
    return new Observer(await admin.monitor());
  }

  get commands(): readonly string[] {
    return this.seen.map(({ words }) => words.join(' '));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.monitor.disconnect();
    return Promise.resolve();
  }
}

/** All keys and all values. */
export async function everythingIn({ admin }: RedisServer): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const keys of admin.scanStream() as AsyncIterable<string[]>) {
    for (const key of keys) texts.push(key, JSON.stringify(await valueOf(admin, key)));
  }
  return texts;
}

async function valueOf(admin: Redis, key: string): Promise<unknown> {
  const type = await admin.type(key);
  switch (type) {
    case 'string':
      return admin.get(key);
    case 'hash':
      return admin.hgetall(key);
    case 'zset':
      return admin.zrange(key, '0', '-1');
    default:
      throw new Error(`${key} is of type ${type}, which was not looked into.`);
  }
}

/** In which writings one of the secrets stands in the text: as it is, in hex, or in base64 of whatever it is a part of. */
export function tracesOf(secrets: readonly string[], text: string): readonly string[] {
  return secrets.flatMap((secret) => writingsOf(secret)).filter((trace) => text.includes(trace));
}

function writingsOf(secret: string): readonly string[] {
  const hex = Buffer.from(secret).toString('hex');
  const base64 = [0, 1, 2].map((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    // Characters at both ends depend on what stands beside the secret.
    return padded.toString('base64').slice(before === 0 ? 0 : 4, -4);
  });
  const base64url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [secret, hex, hex.toUpperCase(), ...base64, ...base64url];
}
