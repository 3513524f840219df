import type { Hono } from 'hono';
import * as z from 'zod';
import { json, readBody } from './answers.ts';
import { noSuchField, type AdminEnv, type Controls } from './controls.ts';

export const lineBody = z.strictObject(
  { session: z.string().min(1).max(512).optional() },
  { error: noSuchField },
);

/** `POST /control/line`: all that a status line shows, in one question. */
export function addLineRoute(app: Hono<AdminEnv>, { line }: Pick<Controls, 'line'>): void {
  app.post('/control/line', async (c) => {
    const { session } = await readBody(c.req.raw, lineBody);
    return json(await line(session));
  });
}
