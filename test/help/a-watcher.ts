import type { RequestView } from '../../src/admin/contract-usage.ts';
import { asCommand } from './a-captured.ts';
import { until } from './a-command.ts';
import type { Proxy } from './a-proxy.ts';

/** An admin who has the requests open, until it is closed. */
export async function aWatcher(proxy: Pick<Proxy, 'url'>): Promise<{ close(): Promise<void> }> {
  const leaving = new AbortController();
  const { signal } = leaving;
  const { body } = await fetch(`${proxy.url}/api/events?watch=requests`, { signal });
  // Word of how things stand comes first: then it is known that somebody watches.
  await body?.getReader().read();
  return {
    async close() {
      leaving.abort();
    },
  };
}

/** The call with this `x-request-id`, once the ledger has it. */
export async function writtenCall(proxy: Pick<Proxy, 'places'>, request: string): Promise<RequestView> {
  let found: RequestView | undefined;
  await until(async () => {
    [found] = await asCommand(proxy, ({ reports }) => reports.requests({ limit: 1, request }));
    return found !== undefined;
  });
  if (found === undefined) throw new Error(`no call ${request}`);
  return found;
}
