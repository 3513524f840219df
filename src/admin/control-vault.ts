import type { Env, Hono } from 'hono';
import * as z from 'zod';
import type { Log } from '../base/log.ts';
import { Secret } from '../base/secret.ts';
import { vaultBackends } from '../config/settings-vault.ts';
import { json, readBody } from './answers.ts';
import type { VaultManagement } from './vault.ts';

const secret = z
  .string()
  .max(4_096)
  .transform((text) => new Secret(text));

export const prepareBody = z.strictObject({
  first: z
    .discriminatedUnion('backend', [
      z.strictObject({ backend: z.literal('key-file') }),
      z.strictObject({ backend: z.literal('passphrase'), passphrase: secret }),
    ])
    .optional(),
});

export const rekeyBody = z.strictObject({
  to: z.enum(vaultBackends),
  key: secret.optional(),
  passphrase: secret.optional(),
});

export const passphraseBody = z.strictObject({ current: secret, next: secret });

/** `/control/vault`: the key of the vault. What comes in here is secret, and nothing of it goes out or is logged. */
export function addVaultRoutes<E extends Env>(app: Hono<E>, vault: VaultManagement, log: Log): void {
  app.get('/control/vault', async () => json(await vault.state()));
  app.post('/control/vault/prepare', async (c) => {
    const { first } = await readBody(c.req.raw, prepareBody);
    return json(await vault.prepare(first));
  });
  app.post('/control/vault/rekey', async (c) => {
    const { to: backend, key, passphrase } = await readBody(c.req.raw, rekeyBody);
    const done = await vault.rekey({ backend, key, passphrase });
    log.info('the vault has another key', { from: done.from ?? 'none', to: done.to, key: done.keyId });
    return json(done);
  });
  app.post('/control/vault/passphrase', async (c) => {
    const { current, next } = await readBody(c.req.raw, passphraseBody);
    await vault.changePassphrase(current, next);
    log.info('the vault has another passphrase');
    return json({ changed: true });
  });
}
