import type { Env, Hono } from 'hono';
import * as z from 'zod';
import { ways } from '../config/settings-providers.ts';
import { json, readBody } from './answers.ts';
import type { SignInManagement } from './sign-ins.ts';

export const beginBody = z.strictObject({ account: z.string().min(1).max(200), way: z.enum(ways) });
export const pasteBody = z.strictObject({ text: z.string().max(20_000) });

/**
 * `/control/sign-ins`: sign-ins live here, each under its id, so that a page that is loaded again and another
 * command find it. No answer holds a token, or a code that came back.
 */
export function addSignInRoutes<E extends Env>(app: Hono<E>, signIns: SignInManagement): void {
  app.get('/control/accounts/:name/ways', async (c) =>
    json({ ways: await signIns.ways(c.req.param('name')) }),
  );
  app.get('/control/sign-ins', async () => json({ signIns: await signIns.list() }));
  app.post('/control/sign-ins', async (c) => {
    const { account, way } = await readBody(c.req.raw, beginBody);
    return json(await signIns.begin(account, way), 201);
  });
  app.get('/control/sign-ins/:id', async (c) => json(await signIns.find(c.req.param('id'))));
  app.post('/control/sign-ins/:id/paste', async (c) => {
    const { text } = await readBody(c.req.raw, pasteBody);
    return json(await signIns.paste(c.req.param('id'), text));
  });
  app.post('/control/sign-ins/:id/cancel', async (c) => json(await signIns.cancel(c.req.param('id'))));
}
