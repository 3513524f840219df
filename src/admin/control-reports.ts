import type { Env, Hono } from 'hono';
import * as z from 'zod';
import { dimensions, groupings } from '../usage/reports/groupings.ts';
import { json, readBody } from './answers.ts';
import { noSuchField } from './controls.ts';
import type { Reports } from './reports.ts';

/** More at once would be held in memory whole; further ones are asked for by `before`. */
export const mostRequests = 1_000;

const word = z.string().min(1).max(512).optional();
const moment = z.number().int().nonnegative();

const within = { since: moment, until: moment, account: word, model: word, client: word, session: word };

export const usageBody = z.strictObject({ by: z.enum(groupings), ...within }, { error: noSuchField });

/** A year of hours: every slot is held in memory, once for each line. */
const mostSlots = 366 * 24;
const mostLines = 100;

export const seriesBody = z
  .strictObject(
    {
      by: z.enum(dimensions),
      every: z.enum(['hour', 'day']),
      most: z.number().int().min(1).max(mostLines),
      ...within,
    },
    { error: noSuchField },
  )
  .refine(({ since, until }) => until - since <= mostSlots * 3_600_000, { error: 'more than a year' });

/** `429`, `4xx`. */
const statusPattern = /^[1-5](?:\d\d|xx)$/;

export const requestsBody = z.strictObject(
  {
    limit: z.number().int().min(1).max(mostRequests),
    since: moment.optional(),
    after: moment.optional(),
    before: moment.optional(),
    account: word,
    model: word,
    client: word,
    session: word,
    agent: word,
    request: word,
    troubled: z.boolean().optional(),
    ended: word,
    status: z.string().regex(statusPattern).optional(),
    text: word,
    reach: z.number().int().min(1).optional(),
  },
  { error: noSuchField },
);

export const sessionBody = z.strictObject({ session: z.string().min(1).max(512) }, { error: noSuchField });

/** `/control/reports/*`: what the ledger knows. Bodies, since questions have many parts and belong in no log. */
export function addReportRoutes<E extends Env>(app: Hono<E>, reports: Reports): void {
  app.post('/control/reports/usage', async (c) =>
    json(await reports.usage(await readBody(c.req.raw, usageBody))),
  );
  app.post('/control/reports/series', async (c) =>
    json(await reports.series(await readBody(c.req.raw, seriesBody))),
  );
  app.post('/control/reports/requests', async (c) =>
    json(await reports.requests(await readBody(c.req.raw, requestsBody))),
  );
  app.post('/control/reports/session', async (c) => {
    const { session } = await readBody(c.req.raw, sessionBody);
    return json(await reports.session(session));
  });
}
