import type { Clock } from '../../base/clock.ts';
import type { Environment } from '../../config/environment.ts';
import { Channel, type Hearer, type Parcel } from './channel.ts';
import type { OwnerSpeech, WorkerSpeech } from './speech.ts';
import { workerWord } from './worker-word.ts';

/** What a worker has of our environment. No secret may stand there: what it needs is told to it. */
const inherited = [
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
];

/** A running worker, as the first process has it. */
export interface WorkerProcess {
  readonly pid: number;
  readonly channel: Pick<Channel<OwnerSpeech, WorkerSpeech>, 'tell' | 'ask' | 'flush' | 'dropped'>;
  /** Resolves with how it ended, in words. */
  readonly ended: Promise<string>;
  /** Lets it end by itself. */
  release(): void;
  kill(): void;
}

/** Starts this program (`program`: its words) as a worker; the two talk over a socket that only they have. */
export function startWorker(
  program: readonly string[],
  env: Environment,
  hearer: Hearer<WorkerSpeech>,
  clock: Clock,
): WorkerProcess {
  const kept = inherited.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  const child = Bun.spawn([...program, workerWord], {
    env: Object.fromEntries(kept),
    stdin: 'ignore',
    // The first line of standard output is the first process's.
    stdout: 'ignore',
    stderr: 'inherit',
    serialization: 'advanced',
    ipc(parcel: Parcel) {
      channel.take(parcel);
    },
    onDisconnect() {
      channel.close();
    },
  });
  const send = (parcel: Parcel): void => {
    child.send(parcel);
  };
  const channel: Channel<OwnerSpeech, WorkerSpeech> = new Channel(send, hearer, clock);
  return {
    pid: child.pid,
    channel,
    ended: child.exited.then((code) => {
      channel.close();
      return child.signalCode === null ? `exit code ${code}` : `${child.signalCode}`;
    }),
    release() {
      child.disconnect();
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}
