import { Exchange } from './exchange.ts';
import type { Sender, SenderOptions } from './sender.ts';
import { Upstreams } from './upstreams.ts';

/** Opens the sending side: no connection yet. */
export function openSender(options: SenderOptions): Sender {
  const upstreams = new Upstreams(options);
  return {
    send(sending) {
      if (sending.signal.aborted) return Promise.resolve({ is: 'cancelled' });
      return new Promise((resolve) => {
        new Exchange(sending, options.clock, resolve).begin(upstreams.at(sending.origin, sending.via));
      });
    },
    close() {
      upstreams.close();
    },
  };
}
