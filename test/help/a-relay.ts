import { wallClock, type Clock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Answer } from '../../src/http/call.ts';
import { isHopByHop, without } from '../../src/http/headers.ts';
import { listen } from '../../src/wire/listen.ts';
import { openSender } from '../../src/wire/send.ts';

/** A proxy that is the wire alone. */
export interface Relay {
  readonly port: number;
  close(): Promise<void>;
}

/** Passes every call on to `upstreamPort`, and its answer back; 502 where there is none. */
export async function aRelay(upstreamPort: number, clock: Clock = wallClock): Promise<Relay> {
  const sender = openSender({ clock });
  const origin = new URL(`http://127.0.0.1:${upstreamPort}`);
  const stays = (name: string): boolean => isHopByHop(name) || name === 'expect';
  const front = await listen(
    async ({ method, target, headers, body, signal }): Promise<Answer> => {
      const kept = without(headers, stays);
      const sending = {
        origin,
        method,
        target,
        headers: kept,
        body,
        signal,
        connectMs: 10_000,
        headMs: 600_000,
      };
      const delivery = await sender.send(sending);
      if (delivery.is !== 'answered') return { status: 502, headers: [], body: undefined };
      const { answer } = delivery;
      return { ...answer, headers: without(answer.headers, isHopByHop) };
    },
    {
      host: '127.0.0.1',
      port: 0,
      log: silentLog,
      clock,
      refuse: (why) => ({ status: why === 'too-slow' ? 408 : 400, headers: [], body: undefined }),
    },
  );
  return {
    port: front.port,
    async close() {
      await front.close();
      sender.close();
    },
  };
}
