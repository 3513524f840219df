import { randomBytes } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import * as z from 'zod';
import type { Clock } from '../../base/clock.ts';
import { once } from '../../base/once.ts';
import { Secret } from '../../base/secret.ts';
import type { Asked } from '../../oauth/identity.ts';

/** A sign-in at a provider that is underway in one browser. */
export interface Flow {
  readonly asked: Asked;
  /** Where the person wanted to go. */
  readonly to: string;
}

/** How long a person may take at the provider (s). */
export const flowSeconds = 600;

const shape = once(() =>
  z.object({
    to: z.string(),
    asked: z.object({
      provider: z.string(),
      request: z.object({
        url: z.string(),
        redirectUri: z.string(),
        state: z.string(),
        verifier: z.string(),
        nonce: z.string().optional(),
      }),
    }),
  }),
);

/**
 * What is underway is kept by the browser that does it, sealed with a key of this process: strangers who begin
 * sign-ins fill no memory of ours, and nobody ends a sign-in that another browser began.
 */
export class SealedFlows {
  readonly #key = new Uint8Array(randomBytes(32));
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async seal({ asked, to }: Flow): Promise<Secret> {
    // The address is where the browser went already; without it the cookie stays small.
    const kept = { provider: asked.provider, request: { ...asked.request, url: '' } };
    const token = new EncryptJWT({ to, asked: kept })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(Math.floor(this.#clock.now() / 1000) + flowSeconds);
    return new Secret(await token.encrypt(this.#key));
  }

  /** What was sealed here, not too long ago. */
  async open(sealed: Secret): Promise<Flow | undefined> {
    try {
      const currentDate = new Date(this.#clock.now());
      const options = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] };
      const { payload } = await jwtDecrypt(sealed.reveal(), this.#key, { ...options, currentDate });
      const { to, asked } = shape().parse(payload);
      const { nonce, ...request } = asked.request;
      return { to, asked: { provider: asked.provider, request: { ...request, nonce } } };
    } catch {
      return undefined;
    }
  }
}
