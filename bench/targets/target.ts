/** What is measured. Each target starts on a free port of 127.0.0.1, before the upstream it is told. */
import { createServer } from 'node:net';
import { residentMb, treeOf, type Pinning } from '../instrument/machine.ts';
import { CannotMeasure, type Processes, type Program } from '../instrument/processes.ts';
import type { Address, Whom } from '../instrument/tools.ts';

/** A target that runs. `pids` is empty where there is no process (direct). */
export interface Instance extends Whom {
  pids(): number[];
  /** Whether it still runs and what it said last, for when something went wrong. */
  lastWords(): string;
  stop(): Promise<void>;
  /** Writes its settings file, which it follows while it runs; undefined where there is none. */
  configure?(toml: string): void;
}

export interface Target {
  readonly name: string;
  /** What is measured, with its version, for the head of the report. */
  readonly description: string;
  /** Machine code from the start: it needs no more than a second of calls before it is measured. */
  readonly isCompiled?: boolean;
  /** Somebody else's program of our kind. That it fails is a figure of the report, not of the instrument. */
  readonly isPeer?: boolean;
  start(world: World): Promise<Instance>;
}

export interface World {
  readonly processes: Processes;
  readonly pinning: Pinning | undefined;
  readonly upstream: Address;
  /** The proxy as users have it; undefined where its source is measured. */
  readonly binary: string | undefined;
  /** The proxy gets an account before its usual one whose key the upstream can be told to refuse. */
  readonly mayFail?: boolean;
  /** Fills the home of the proxy before that starts. */
  readonly prepare?: ((home: string) => Promise<void>) | undefined;
}

export function instanceOf(server: Program, port: number): Instance {
  return {
    port,
    pids: () => treeOf(server.pid),
    lastWords: () => server.lastWords(),
    stop: () => server.stop(),
  };
}

/** MB held by everything the target runs; undefined where it runs nothing. */
export function memoryOf(instance: Instance): number | undefined {
  const pids = instance.pids();
  return pids.length === 0 ? undefined : residentMb(pids);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new CannotMeasure('No free port was found.');
  return address.port;
}

/** Waits until something listens there. Peers take seconds to start. */
export async function reachable(port: number, server: Program, withinMs = 5_000): Promise<void> {
  const giveUp = performance.now() + withinMs;
  while (performance.now() < giveUp) {
    const socket = await Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: { data: () => undefined },
    }).catch(() => undefined);
    if (socket !== undefined) {
      socket.end();
      return;
    }
    await Bun.sleep(50);
  }
  throw new CannotMeasure(`Nothing listens on port ${port} after ${withinMs} ms.\n${server.lastWords()}`);
}
