import type { Subprocess } from 'bun';
import type { Environment } from '../config/environment.ts';

/** What the two say to each other over the socket that only they have. */
export interface SuccessorSays {
  readonly listensOn: string;
  readonly pid: number;
}

/** Where the socket closes without a word the one before is gone, and its place is free as well. */
export type PredecessorSays = 'serve alone' | 'end';

/** A process that is to take the place of this one. */
export interface SuccessorProcess {
  readonly serves: Promise<SuccessorSays>;
  /** It is gone, and how. */
  readonly ended: Promise<string>;
  end(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** It goes on alone; one that is watched is nobody's child here when that resolves. */
  letGo(): Promise<void>;
}

export interface ProcessOptions {
  /** All words, the program first. */
  readonly words: readonly string[];
  readonly env: Environment;
  /** A manager watches who serves: the process is to be its child. */
  readonly isWatched: boolean;
}

/**
 * Stays between the two for as long as its input is open. When it ends, whoever takes orphans in has the successor as a child:
 * under systemd the manager. Of a main process that is not its child that hears nothing, neither of a crash nor of the end that
 * `systemctl stop` waits for. It passes signals on, and has no end of the socket, which so closes with the successor.
 */
const midwife = [
  '"$@" </dev/null &',
  'eval "exec $NODE_CHANNEL_FD>&-"',
  'while read -r signal; do kill -s "$signal" "$!" 2>/dev/null; done',
].join('\n');

/** @throws Error where it cannot be started */
export function startProcess({ words, env, isWatched }: ProcessOptions): SuccessorProcess {
  const serves = Promise.withResolvers<SuccessorSays>();
  const gone = Promise.withResolvers<string>();
  let isGone = false;
  const shared = {
    env: { ...env },
    detached: true,
    ipc: (said: SuccessorSays) => {
      serves.resolve(said);
    },
    onDisconnect: () => {
      isGone = true;
      gone.resolve('it ended');
    },
  };
  if (!isWatched) {
    const child = Bun.spawn([...words], { ...shared, stdio: ['ignore', 'inherit', 'inherit'] });
    return {
      serves: serves.promise,
      ended: child.exited.then((code) => `it ended with ${child.signalCode ?? `exit code ${code}`}`),
      end(signal) {
        say(child, 'end');
        child.kill(signal);
      },
      letGo() {
        say(child, 'serve alone');
        child.unref();
        return Promise.resolve();
      },
    };
  }
  const between = ['/bin/sh', '-c', midwife, 'sh', ...words];
  const child = Bun.spawn(between, { ...shared, stdio: ['pipe', 'inherit', 'inherit'] });
  const { stdin } = child;
  return {
    serves: serves.promise,
    ended: gone.promise.then(async (how) => {
      await stdin.end();
      return how;
    }),
    end(signal) {
      say(child, 'end');
      if (isGone) return;
      void stdin.write(`${signal.replace('SIG', '')}\n`);
      void stdin.flush();
    },
    async letGo() {
      await stdin.end();
      // The socket closes with it, which says what a word would.
      await child.exited;
    },
  };
}

function say(child: Subprocess, what: PredecessorSays): void {
  try {
    child.send(what);
  } catch {
    // It is gone: nobody has to hear it.
  }
}
