import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { jwtVerify, SignJWT } from 'jose';

/** A customer of the shop. */
export interface Customer {
  readonly id: string;
  /** Where the customer's payments go. */
  readonly wallet: string;
}

/** Signs customers in and recognises them; a real shop would keep its key longer than its process. */
@Injectable()
export class AuthService {
  private readonly key = randomBytes(32);

  async signIn({ id, wallet }: Customer): Promise<string> {
    return new SignJWT({ wallet })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(id)
      .setExpirationTime('15m')
      .sign(this.key);
  }

  /** @returns undefined for a token that is not ours, or no longer valid */
  async customerOf(sessionToken: string): Promise<Customer | undefined> {
    try {
      const { payload } = await jwtVerify<{ sub: string; wallet: string }>(sessionToken, this.key, {
        algorithms: ['HS256'],
        requiredClaims: ['sub', 'wallet'],
      });
      return { id: payload.sub, wallet: payload.wallet };
    } catch {
      return undefined;
    }
  }
}
