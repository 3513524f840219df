import { dial, type Address, type Dialled } from './dial.ts';
import { UpstreamLine, type LineKeeper } from './upstream-line.ts';
import type { SenderOptions, Way } from './sender.ts';

/** Idle connections kept an upstream. */
const mostIdle = 256;
/** An idle connection older than this may have been forgotten by something in between (ms). */
const idleMs = 240_000;
const lookMs = 30_000;

/** One origin: how to get a connection to it, and those that are free. */
export class Upstream implements LineKeeper {
  readonly #address: Address;
  readonly #proxy: URL | undefined;
  readonly #options: SenderOptions;
  readonly #open = new Set<UpstreamLine>();
  /** The last one given back is taken first. */
  readonly #idle: UpstreamLine[] = [];
  #cancelLook: (() => void) | undefined;

  constructor(address: Address, proxy: URL | undefined, options: SenderOptions) {
    this.#address = address;
    this.#proxy = proxy;
    this.#options = options;
  }

  /** A connection that has served before and is free. */
  take(): UpstreamLine | undefined {
    return this.#idle.pop();
  }

  /** Opens a new one. @returns takes that back */
  dial(opened: (line: UpstreamLine) => void, failed: (cause: Error) => void): () => void {
    const dialled: Dialled = {
      opened: (line) => {
        const fresh = new UpstreamLine(line, this);
        line.user = fresh;
        this.#open.add(fresh);
        opened(fresh);
      },
      failed,
    };
    return this.#proxy === undefined
      ? dial(this.#address, dialled)
      : dialThrough(this.#proxy, this.#address, dialled);
  }

  /** Gives a connection back that is free again. */
  give(line: UpstreamLine): void {
    if (this.#idle.length >= mostIdle) {
      line.close();
      return;
    }
    line.idleSince = this.#options.clock.monotonic();
    this.#idle.push(line);
    this.#cancelLook ??= this.#lookLater();
  }

  /** A connection is gone. */
  forget(line: UpstreamLine): void {
    this.#open.delete(line);
    const at = this.#idle.indexOf(line);
    if (at !== -1) this.#idle.splice(at, 1);
  }

  close(): void {
    this.#cancelLook?.();
    for (const line of this.#open) line.cut();
  }

  #lookLater(): () => void {
    return this.#options.clock.after(lookMs, () => {
      const oldest = this.#options.clock.monotonic() - idleMs;
      for (const line of this.#idle.filter(({ idleSince }) => idleSince < oldest)) line.close();
      this.#cancelLook = this.#idle.length === 0 ? undefined : this.#lookLater();
    });
  }
}

/** Few need a proxy; what it takes to speak to one is loaded when somebody does. */
function dialThrough(proxy: URL, address: Address, dialled: Dialled): () => void {
  let isOver = false;
  let cancel = (): void => {
    isOver = true;
  };
  void import('./tunnel.ts').then((tunnel) => {
    if (!isOver) cancel = tunnel.dialThrough(proxy, address, dialled);
  });
  return () => {
    cancel();
  };
}

/** Every origin that was sent to, by each way. */
export class Upstreams {
  readonly #options: SenderOptions;
  readonly #known = new Map<Way | undefined, Map<string, Upstream>>();

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  at(origin: URL, via: Way | undefined): Upstream {
    const key = origin.origin;
    let byOrigin = this.#known.get(via);
    if (byOrigin === undefined) this.#known.set(via, (byOrigin = new Map()));
    let upstream = byOrigin.get(key);
    if (upstream === undefined) byOrigin.set(key, (upstream = this.#open(origin, via)));
    return upstream;
  }

  close(): void {
    for (const byOrigin of this.#known.values()) for (const upstream of byOrigin.values()) upstream.close();
  }

  #open(origin: URL, via: Way | undefined): Upstream {
    const secure = origin.protocol === 'https:';
    const host = origin.hostname.replace(/^\[|\]$/g, '');
    const port = origin.port === '' ? (secure ? 443 : 80) : Number(origin.port);
    const extraCa = [this.#options.extraCa, via?.extraCa].filter((ca) => ca !== undefined).join('\n');
    const address = { host, port, secure, extraCa: extraCa === '' ? undefined : extraCa };
    return new Upstream(address, via?.proxy, this.#options);
  }
}
