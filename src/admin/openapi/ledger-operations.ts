import * as z from 'zod';
import { lineBody } from '../control-line.ts';
import { requestsBody, seriesBody, sessionBody, usageBody } from '../control-reports.ts';
import { type Operation, schemas } from './operation.ts';

const token = 'token';

/** What is asked of the ledger. */
export const ledgerOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/control/reports/usage',
    tag: 'ledger',
    summary: 'Tokens, cost and timing, summed up',
    door: token,
    body: () => usageBody,
    answer: schemas.Usage,
  },
  {
    method: 'post',
    path: '/control/reports/series',
    tag: 'ledger',
    summary: 'The same by hour or by day, for accounts, models, clients or sessions',
    door: token,
    body: () => seriesBody,
    answer: schemas.UsageSeries,
  },
  {
    method: 'post',
    path: '/control/reports/requests',
    tag: 'ledger',
    summary: 'Calls with their attempts, oldest first; never any content',
    door: token,
    body: () => requestsBody,
    answer: z.array(schemas.Request),
  },
  {
    method: 'post',
    path: '/control/reports/session',
    tag: 'ledger',
    summary: 'The agents of a session as a tree',
    door: token,
    body: () => sessionBody,
    answer: schemas.Session,
  },
  {
    method: 'post',
    path: '/control/line',
    tag: 'ledger',
    summary: 'All that a status line shows',
    door: token,
    body: () => lineBody,
    answer: schemas.Line,
  },
];
