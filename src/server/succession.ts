import { sleep, type Clock } from '../base/clock.ts';
import type { Environment } from '../config/environment.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import type { Listener } from '../wire/listener.ts';
import { shareAddress } from '../wire/shared-address.ts';

/** Opening a vault may ask a keychain (ms). */
const startMs = 45_000;

/** By then the process before this one has closed its sockets: counted with ours they would be taken for ours (ms). */
const aloneAfterMs = 3_000;

/** What the two say to each other over the socket that only they have. */
export type SuccessorSays = { readonly listensOn: string };
export type PredecessorSays = 'serve alone';

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
  /** Told who is to be watched from now on; the successor goes on when that is done. */
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
}

/**
 * Starts this program again beside this process, at the same address, and waits until it serves. From then on it gets all
 * new connections (docs/decisions/0426); what this process is to do is to wait for the last of its own, and to drain.
 *
 * @throws Problem succession-unsupported, succession-failed: nothing has changed then
 */
export async function startSuccessor(options: SuccessionOptions): Promise<Successor> {
  const { command, env, door, sockets, since, remember, clock, onSuccessor } = options;
  const { descriptor, port } = door;
  if (descriptor === undefined) throw unsupported();
  if (since !== undefined) await sleep(clock, Math.max(0, since + aloneAfterMs - clock.monotonic()));
  await remember();
  if (!shareAddress(descriptor, true)) throw unsupported();
  const heard = Promise.withResolvers<SuccessorSays>();
  const child = Bun.spawn([...command(port), '--succeeds', String(sockets)], {
    env: { ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
    ipc: (said: SuccessorSays) => {
      heard.resolve(said);
    },
  });
  const tooLate = Promise.withResolvers<string>();
  const cancel = clock.after(startMs, () => {
    tooLate.resolve(`it did not serve within ${startMs / 1_000} seconds`);
  });
  const ended = child.exited.then((code) => `it ended with ${child.signalCode ?? `exit code ${code}`}`);
  const came = await Promise.race([heard.promise, ended, tooLate.promise]);
  cancel();
  if (typeof came === 'string') {
    child.kill('SIGKILL');
    if (sockets === 1) shareAddress(descriptor, false);
    throw failed(came);
  }
  await onSuccessor(child.pid);
  child.send('serve alone' satisfies PredecessorSays);
  child.unref();
  return { pid: child.pid, url: came.listensOn };
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
