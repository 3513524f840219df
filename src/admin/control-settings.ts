import type { Env, Hono } from 'hono';
import * as z from 'zod';
import { json, readBody } from './answers.ts';
import { noSuchField } from './controls.ts';
import type { SettingsManagement } from './settings.ts';

/** More than there are settings. */
const mostChanges = 200;

const change = z.strictObject(
  { key: z.string().min(1).max(200), value: z.unknown() },
  { error: noSuchField },
);
const changes = z.array(change).min(1).max(mostChanges);

export const checkBody = z.strictObject({ changes }, { error: noSuchField });
export const saveBody = z.strictObject({ changes, base: z.string().min(1).max(100) }, { error: noSuchField });

/** `/control/settings`: what holds and why, and changes of the file. */
export function addSettingsRoutes<E extends Env>(app: Hono<E>, settings: SettingsManagement): void {
  app.get('/control/settings', async () => json(await settings.view()));
  app.post('/control/settings/check', async (c) => {
    const asked = await readBody(c.req.raw, checkBody);
    return json({ flaws: await settings.check(asked.changes) });
  });
  app.patch('/control/settings', async (c) => {
    const asked = await readBody(c.req.raw, saveBody);
    return json(await settings.save(asked.changes, asked.base));
  });
}
