import { fullRequest, type OlderRequest } from './older-answers.ts';
import type { Reports } from './reports.ts';

/** Asks the running proxy, which has proved to be ours. */
type Ask = <T>(method: string, path: string, body?: unknown) => Promise<T>;

/** The ledger of a running proxy. */
export function remoteReports(ask: Ask): Reports {
  return {
    usage: (question) => ask('POST', '/control/reports/usage', question),
    series: (question) => ask('POST', '/control/reports/series', question),
    requests: async (question) => {
      const requests = await ask<OlderRequest[]>('POST', '/control/reports/requests', question);
      return requests.map(fullRequest);
    },
    session: (session) => ask('POST', '/control/reports/session', { session }),
  };
}
