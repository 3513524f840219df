import type { Environment } from '../config/environment.ts';
import type { Again, PredecessorSays, SuccessorSays } from '../server/succession.ts';
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
      ...withoutSuccession(words),
      ...(keepsPort ? ['--port', String(port)] : []),
    ],
    // The manager watches whoever it is told of; the number in there is that of this process.
    env: { ...env, ...selfEnvironment(), WATCHDOG_PID: undefined },
    async onSuccessor(pid) {
      (await supervisor)?.succeededBy(pid);
    },
  };
}

/** This process may itself be a successor. */
function withoutSuccession(words: readonly string[]): string[] {
  const at = words.indexOf('--succeeds');
  return at === -1 ? [...words] : words.toSpliced(at, 2);
}

/** The way to the process that started this one; `process` itself, outside of tests. */
export interface Line {
  send?: ((said: SuccessorSays) => unknown) | undefined;
  once(event: 'message', then: (said: PredecessorSays) => void): unknown;
  once(event: 'disconnect', then: () => void): unknown;
  disconnect?: (() => void) | undefined;
}

/** Says that this process serves, and waits until the one before has left the place to it, or is gone. */
export async function takePlace(listensOn: string, line: Line): Promise<void> {
  if (line.send === undefined) return;
  const isAlone = Promise.withResolvers<void>();
  line.once('message', () => {
    isAlone.resolve();
  });
  line.once('disconnect', () => {
    isAlone.resolve();
  });
  line.send({ listensOn });
  await isAlone.promise;
  line.disconnect?.();
}
