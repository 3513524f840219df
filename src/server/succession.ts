import { sleep, type Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Environment } from '../config/environment.ts';
import { longestOpeningMs } from '../base/opening.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import type { Signal } from '../base/signal.ts';
import type { Listener } from '../wire/listener.ts';
import { dealOut, shareAddress } from '../wire/shared-address.ts';
import {
  startProcess,
  type ProcessOptions,
  type SuccessorProcess,
  type SuccessorSays,
} from './successor-process.ts';

/** One that is too late may have let somebody in by then: their answers may end (ms). */
const endMs = 30_000;

const stopped = 'it was told to stop';

/** By then the process before this one has closed its sockets: counted with ours they would be taken for ours (ms). */
const aloneAfterMs = 3_000;

/** Who serves from now on. */
export interface Successor {
  readonly pid: number;
  readonly url: string;
}

/** How this program is started again as it was. */
export interface Again {
  /** All words, the program first; of one that listens on `port`. */
  readonly command: (port: number) => readonly string[];
  readonly env: Environment;
  /** A manager watches this process, and is to watch the successor as its own child. */
  readonly isWatched: boolean;
  /** Told who is to be watched from now on. */
  readonly onSuccessor: (pid: number) => Promise<void>;
}

export interface SuccessionOptions extends Again {
  readonly door: Pick<Listener, 'descriptor' | 'port'>;
  /** How many sockets listen there now. */
  readonly sockets: number;
  /** When this process began to succeed another one, on the monotonic clock (ms); undefined where it does not. */
  readonly since: number | undefined;
  /** Writes down what the successor is to begin with. */
  readonly remember: () => Promise<void>;
  readonly clock: Clock;
  /** Aborted when this process is told to stop: then nobody takes its place. */
  readonly signal: Signal;
}

/**
 * Starts this program again beside this process, at the same address, and waits until it serves. From then on it gets all
 * new connections (docs/decisions/0426); what this process is to do is to wait for the last of its own, and to drain.
 *
 * @throws Problem succession-unsupported, succession-failed: nothing has changed then
 */
export async function startSuccessor(options: SuccessionOptions): Promise<Successor> {
  const { command, env, isWatched, door, sockets, since, remember, clock, onSuccessor, signal } = options;
  const { descriptor, port } = door;
  if (descriptor === undefined) throw unsupported();
  if (since !== undefined) await sleep(clock, Math.max(0, since + aloneAfterMs - clock.monotonic()));
  await remember();
  if (signal.aborted) throw failed(stopped);
  if (!shareAddress(descriptor, true)) throw unsupported();
  try {
    const words = [...command(port), '--succeeds', String(sockets)];
    const child = startedProcess({ words, env, isWatched });
    const { pid, listensOn } = await untilItServes(child, clock, signal);
    await child.letGo();
    await onSuccessor(pid);
    // A manager that stopped this one did not know of it yet.
    if (signal.aborted) process.kill(pid, 'SIGTERM');
    return { pid, url: listensOn };
  } catch (error) {
    if (sockets === 1) shareAddress(descriptor, false);
    // All were this one's while that one came up.
    else dealOut(descriptor);
    throw error;
  }
}

function startedProcess(options: ProcessOptions): SuccessorProcess {
  try {
    return startProcess(options);
  } catch (error) {
    throw failed(messageOf(error));
  }
}

/** @throws Problem succession-failed where it does not, or must not any more; it is ended then */
async function untilItServes(child: SuccessorProcess, clock: Clock, signal: Signal): Promise<SuccessorSays> {
  const enough = Promise.withResolvers<string>();
  const tooLate = clock.after(longestOpeningMs, () => {
    enough.resolve(`it did not serve within ${longestOpeningMs / 1_000} seconds`);
  });
  const onStop = (): void => {
    enough.resolve(stopped);
  };
  signal.addEventListener('abort', onStop);
  const came = await Promise.race([enough.promise, child.ended, child.serves]);
  tooLate();
  signal.removeEventListener('abort', onStop);
  if (typeof came !== 'string' && !signal.aborted) return came;
  child.end('SIGTERM');
  const kill = clock.after(endMs, () => {
    child.end('SIGKILL');
  });
  void child.ended.then(kill);
  throw failed(typeof came === 'string' ? came : stopped);
}

/** Nobody but the proxy's keeper may start it, or two listeners cannot have one address here. */
export function unsupported(): Problem {
  return new Problem(
    'succession-unsupported',
    'This proxy cannot start its own successor.',
    'Stop it and start it again where it was started.',
  );
}

function failed(reason: string): Problem {
  return new Problem(
    'succession-failed',
    `The new process did not come up, and the one before goes on: ${reason}.`,
    `\`${ownCommand('service logs')}\`, or logs/serve.log of one in the background, shows why.`,
  );
}
