import type { Environment } from '../config/environment.ts';
import type { Again } from '../server/succession.ts';
import type { PredecessorSays, SuccessorSays } from '../server/successor-process.ts';
import type { Supervisor } from '../service/notify.ts';
import { selfCommand, selfEnvironment } from './self.ts';

/** What the successor is started with is what this process was started with. */
export interface Started {
  /** The words behind the program. */
  readonly words: readonly string[];
  readonly env: Environment;
  /** Clients know the port of one in the background, whatever the settings say by now. */
  readonly keepsPort: boolean;
  readonly supervisor: Promise<Supervisor | undefined>;
}

/** How this program is started again beside itself. */
export function againFrom({ words, env, keepsPort, supervisor }: Started): Again {
  return {
    command: (port) => [
      ...selfCommand(),
      ...without('--succeeds', keepsPort ? without('--port', words) : words),
      ...(keepsPort ? ['--port', String(port)] : []),
    ],
    // The manager watches whoever it is told of; the number in there is that of this process.
    env: { ...env, ...selfEnvironment(), WATCHDOG_PID: undefined },
    isWatched: (env['NOTIFY_SOCKET'] ?? '') !== '',
    async onSuccessor(pid) {
      (await supervisor)?.succeededBy(pid);
    },
  };
}

/** What is said anew each time, this process being itself a successor perhaps: `--port 8000`, `--port=8000`. */
function without(option: string, words: readonly string[]): string[] {
  return words.filter(
    (word, at) => word !== option && words[at - 1] !== option && !word.startsWith(`${option}=`),
  );
}

/** The way to the process that started this one; `process` itself, outside of tests. */
export interface Line {
  readonly pid: number;
  readonly connected: boolean;
  send?: ((said: SuccessorSays) => unknown) | undefined;
  once(event: 'message', then: (said: PredecessorSays) => void): unknown;
  once(event: 'disconnect', then: () => void): unknown;
  disconnect?: (() => void) | undefined;
}

/** The place of the process before this one. */
export interface Place {
  /**
   * Says that this process serves, and waits until the one before has left the place to it, or is gone; or until it is
   * told to stop.
   *
   * @param stopping resolves where somebody else tells it to
   * @returns whether it has the place
   */
  take(listensOn: string, stopping: Promise<unknown>): Promise<boolean>;
  /** From now on the two have nothing to say to each other. */
  leave(): void;
}

/**
 * Listens to the process that started this one from the start on: what it says, and that it is gone, is heard once. Undefined
 * where somebody typed it at a terminal.
 */
export function placeOf(line: Line): Place | undefined {
  if (line.send === undefined) return undefined;
  const told = Promise.withResolvers<PredecessorSays>();
  line.once('message', told.resolve);
  line.once('disconnect', () => {
    told.resolve('serve alone');
  });
  if (!line.connected) told.resolve('serve alone');
  const leave = (): void => {
    if (line.connected) line.disconnect?.();
  };
  return {
    async take(listensOn, stopping) {
      if (line.connected) line.send?.({ listensOn, pid: line.pid });
      const ended = stopping.then((): PredecessorSays => 'end');
      const said = await Promise.race([told.promise, ended]);
      leave();
      return said !== 'end';
    },
    leave,
  };
}
