import { findRunning, type RemoteProxy } from '../../src/admin/remote.ts';
import { wallClock } from '../../src/base/clock.ts';
import { openSender } from '../../src/wire/send.ts';
import type { Proxy } from './a-proxy.ts';

/** What a command of the same user sees of a running proxy. */
export async function asCommand<T>(
  { places }: Pick<Proxy, 'places'>,
  use: (remote: RemoteProxy) => Promise<T>,
): Promise<T> {
  const sender = openSender({ clock: wallClock });
  try {
    const remote = await findRunning(places.run, sender);
    if (remote === undefined) throw new Error('no proxy runs there');
    return await use(remote);
  } finally {
    sender.close();
  }
}

/** What was kept of a call, as texts: its bodies as they travelled. */
export function capturedCall(proxy: Pick<Proxy, 'places'>, requestId: string) {
  return asCommand(proxy, async ({ captures }) => {
    const call = await captures.find(requestId);
    return {
      call,
      request: Buffer.from(await captures.body(call, 'request')),
      answer: Buffer.from(await captures.body(call, 'answer')),
    };
  });
}

/** The ids of all calls that were kept, oldest first. */
export function capturedIds(proxy: Pick<Proxy, 'places'>): Promise<string[]> {
  return asCommand(proxy, async ({ captures }) =>
    (await captures.list({ limit: 1_000 })).calls.map(({ requestId }) => requestId),
  );
}
