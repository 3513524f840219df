import * as z from 'zod';
import type { World } from './world.ts';

const seconds = z.number().nonnegative().optional();

const change = z.strictObject({
  accessSeconds: z.number().positive().optional(),
  refresh: z.enum(['rotate', 'keep', 'none']).optional(),
  graceSeconds: seconds,
  consent: z.enum(['ask', 'approve', 'deny']).optional(),
  codeSeconds: seconds,
  deviceSeconds: seconds,
  intervalSeconds: seconds,
  loginNotice: z.string().max(500).optional(),
});

const decision = z.strictObject({
  userCode: z.string(),
  decision: z.enum(['approve', 'deny']),
  person: z.string().optional(),
});

/** The settings that `PATCH /_sim/oauth` takes. */
export const oauthSettingNames: readonly string[] = Object.keys(change.shape);

/** What is known of sign-ins: nothing in it is a credential. */
export function oauthState({ signIns, clock }: World): object {
  return {
    settings: signIns.settings,
    people: signIns.people.map(({ name, email }) => ({ name, email })),
    sign_ins: signIns.book.families.map(({ person, client, isRevoked, renewals }) => ({
      person: person.name,
      client: client ?? null,
      revoked: isRevoked,
      renewals,
    })),
    reuse_alarms: signIns.book.alarms,
    waiting_user_codes: signIns.waiting(clock.now()).map(({ userCode }) => userCode),
  };
}

/** @throws ZodError */
export function changeOAuth({ signIns }: World, asked: unknown): void {
  const given = Object.entries(change.parse(asked)).filter(([, value]) => value !== undefined);
  signIns.settings = { ...signIns.settings, ...Object.fromEntries(given) };
}

/** Decides about a device grant; false where there is no such code or person. @throws ZodError */
export function decideDevice({ signIns, clock }: World, asked: unknown): boolean {
  const { userCode, decision: word, person: name } = decision.parse(asked);
  const person = signIns.person(name);
  if (person === undefined) return false;
  return signIns.decide(userCode, word === 'approve' ? { by: person } : 'denied', clock.now());
}
