import type { Captures } from './captures.ts';

/** Asks the running proxy, which has proved to be ours. */
type Ask = <T>(method: string, path: string, body?: unknown) => Promise<T>;

/** Captures of a running proxy. */
export function remoteCaptures(
  ask: Ask,
  askBytes: (path: string, body: unknown) => Promise<Uint8Array>,
): Captures {
  return {
    list: (question) => ask('POST', '/control/capture/list', question),
    find: (requestId) => ask('POST', '/control/capture/find', { requestId }),
    body: ({ file, place }, part) => askBytes('/control/capture/body', { file, place, part }),
    stock: () => ask('GET', '/control/capture'),
    destroy: (day) => ask('POST', '/control/capture/delete', day === undefined ? { all: true } : { day }),
  };
}
