import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { isLoopbackHost } from '../config/hosts.ts';
import type { Settings } from '../config/settings.ts';
import type { Handler } from '../http/call.ts';
import type { Listen, Listener } from '../wire/listener.ts';
import { answerToRefusal } from './app.ts';
import { readTls, watchTls, type TlsPaths } from './tls.ts';

export interface ListeningOptions {
  /** As they are when they are asked. */
  readonly live: () => Settings;
  readonly handler: Handler;
  readonly listen: Listen;
  readonly clock: Clock;
  readonly log: Log;
  /** Several processes listen there; this one is the first. */
  readonly isShared?: boolean;
  /** How many sockets of the proxy before it listen there. */
  readonly succeeds?: number | undefined;
  /** Gets what has to be closed, in the order of opening. */
  readonly closing: (() => void | Promise<void>)[];
}

/** Where the proxy is reached: by clients, and by commands. */
export interface Listening {
  readonly url: string;
  readonly port: number;
  readonly controlUrl: string;
  readonly door: Listener;
}

/** Listens as the settings say. @throws Problem tls-…, the system error when the address cannot be had */
export async function startListening(options: ListeningOptions): Promise<Listening> {
  const { live, isShared = false, succeeds } = options;
  const wanted = live().server.port;
  if (succeeds !== undefined) return reached(options, await succeed(options, wanted));
  return reached(options, await openDoor(options, isShared ? await portOfOurs(options) : wanted));
}

async function reached(options: ListeningOptions, door: Listener): Promise<Listening> {
  return { url: door.url, port: door.port, controlUrl: await controlUrl(options, door), door };
}

/** Listens beside the proxy before, and gets no connection until {@link takeAll}: a start that fails is to have none to lose. */
async function succeed(options: ListeningOptions, port: number): Promise<Listener> {
  const { giveAllTo, shareAddress } = await import('../wire/shared-address.ts');
  const door = await openDoor({ ...options, isShared: true }, port);
  if (door.descriptor !== undefined) {
    giveAllTo(door.descriptor, 0);
    // A proxy that is started here by mistake is told that the address is in use. Who asks for a share gets one nevertheless.
    if (options.isShared !== true) shareAddress(door.descriptor, false);
  }
  return door;
}

/** Has `door`, the first of this process, get all connections to come; `before` sockets were there before it. */
export async function takeAll({ descriptor }: Pick<Listener, 'descriptor'>, before: number): Promise<void> {
  const { giveAllTo } = await import('../wire/shared-address.ts');
  if (descriptor !== undefined) giveAllTo(descriptor, before);
}

/** The port, once it is sure that nobody else has it: where one listens together, a second proxy would not be noticed. */
async function portOfOurs({ live, handler, listen, clock, log }: ListeningOptions): Promise<number> {
  const { host, port } = live().server;
  const alone = await listen(handler, { host, port, clock, log });
  await alone.close();
  return alone.port;
}

/** Where clients come in. @throws Problem tls-…, the system error when the address cannot be had */
export async function openDoor(options: ListeningOptions, port: number): Promise<Listener> {
  const { live, handler, listen, isShared, clock, log, closing } = options;
  const settings = live();
  const { host, maxHeaderBytes } = settings.server;
  const paths = tlsPaths(settings);
  const listener = await listen(handler, {
    host,
    port,
    isShared,
    maxHeaderBytes,
    tls: paths === undefined ? undefined : await readTls(paths),
    refuse: answerToRefusal,
    log,
    clock,
  });
  closing.push(() => listener.close(live().server.drainSeconds * 1000));
  if (paths !== undefined) {
    closing.push(
      watchTls(paths, clock, log, (tls) => {
        listener.renew(tls);
      }),
    );
  }
  return listener;
}

/** Commands speak plain http over loopback; where the listener does not, they get one of their own. */
async function controlUrl(
  { live, handler, listen, clock, log, closing }: ListeningOptions,
  listener: Listener,
): Promise<string> {
  const settings = live();
  const { host } = settings.server;
  const isPlain = tlsPaths(settings) === undefined;
  if (isPlain && ['127.0.0.1', 'localhost', '0.0.0.0', '::'].includes(host)) {
    return `http://127.0.0.1:${listener.port}`;
  }
  if (isPlain && isLoopbackHost(host) && host.includes(':')) return listener.url;
  const control = await listen(handler, { host: '127.0.0.1', port: 0, log, clock });
  closing.push(() => control.close());
  return control.url;
}

function tlsPaths({ server }: Settings): TlsPaths | undefined {
  if (server.tlsCert === undefined || server.tlsKey === undefined) return undefined;
  return { cert: server.tlsCert, key: server.tlsKey };
}
