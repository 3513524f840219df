import type { Env, Hono } from 'hono';
import * as z from 'zod';
import type { Log } from '../base/log.ts';
import { bytes, json, readBody } from './answers.ts';
import type { Captures } from './captures.ts';
import { noSuchField } from './controls.ts';

/** More at once would be held in memory whole. */
export const mostCaptures = 1_000;

const day = z.string().regex(/^\d{4}-\d\d-\d\d$/);
const requestId = z.string().min(1).max(200);

export const listBody = z.strictObject(
  {
    limit: z.number().int().min(1).max(mostCaptures),
    day: day.optional(),
    requestId: requestId.optional(),
  },
  { error: noSuchField },
);

export const findBody = z.strictObject({ requestId }, { error: noSuchField });

export const bodyBody = z.strictObject(
  {
    file: z.string().max(40),
    place: z.number().int().nonnegative(),
    part: z.enum(['request', 'answer']),
  },
  { error: noSuchField },
);

export const destroyBody = z.union([z.strictObject({ day }), z.strictObject({ all: z.literal(true) })]);

/** `/control/capture/*`: what was kept of calls. The log hears who read something, never what. */
export function addCaptureRoutes<E extends Env>(app: Hono<E>, load: () => Promise<Captures>, log: Log): void {
  app.get('/control/capture', async () => json(await (await load()).stock()));
  app.post('/control/capture/list', async (c) => {
    const ask = await readBody(c.req.raw, listBody);
    return json(await (await load()).list(ask));
  });
  app.post('/control/capture/find', async (c) => {
    const asked = await readBody(c.req.raw, findBody);
    return json(await (await load()).find(asked.requestId));
  });
  app.post('/control/capture/body', async (c) => {
    const { file, place, part } = await readBody(c.req.raw, bodyBody);
    const body = await (await load()).body({ file, place }, part);
    log.info('capture read by a command', { file, place, part });
    return bytes(body);
  });
  app.post('/control/capture/delete', async (c) => {
    const which = await readBody(c.req.raw, destroyBody);
    const gone = await (await load()).destroy('day' in which ? which.day : undefined);
    log.info('captures destroyed by a command', { ...gone });
    return json(gone);
  });
}
