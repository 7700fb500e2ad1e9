import { z } from 'zod';

/** What replicas tell each other over the channel. */
const storeMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('token_published') }),
  z.object({ type: z.literal('renewal_ended') }),
  z.object({ type: z.literal('token_rejected'), fingerprint: z.string().regex(/^[0-9a-f]{16}$/) }),
]);

export type StoreMessage = z.output<typeof storeMessage>;

export const writeMessage = (message: StoreMessage): string => JSON.stringify(message);

/** @returns undefined for what is no message of ours */
export function readMessage(text: string): StoreMessage | undefined {
  try {
    return storeMessage.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
