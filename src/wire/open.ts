import { listen } from './listen.ts';
import type { Listen } from './listener.ts';
import { openSender } from './send.ts';
import type { Sender, SenderOptions } from './sender.ts';

/** Both sides of a wire. */
export interface Wire {
  readonly listen: Listen;
  readonly openSender: (options: SenderOptions) => Sender;
}

/** Our own wire on sockets, or the runtime's `node:http` to compare it with. What the other one needs is not loaded. */
export async function openWire(name: 'own' | 'node'): Promise<Wire> {
  if (name === 'own') return { listen, openSender };
  const { listen: listenOnNode } = await import('./node/listen.ts');
  const { openSender: openNodeSender } = await import('./node/send.ts');
  return { listen: listenOnNode, openSender: openNodeSender };
}
