import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'bun:test';

const repository = join(import.meta.dir, '..', '..');

/** The words that start the program: the built binary that `CCPROXY_BINARY` names, else the sources. */
export const program: readonly string[] =
  process.env['CCPROXY_BINARY'] === undefined
    ? [process.execPath, join(repository, 'src', 'cli', 'main.ts')]
    : [process.env['CCPROXY_BINARY']];

/** Longer than any command of a test takes (ms). */
const deadlineMs = 20_000;
/** The same where an emulator runs it. */
const emulatedDeadlineMs = 120_000;

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CommandOptions {
  /** Text for standard input; left out, it is the null device. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A command that goes on running, once it has said that it listens. */
export interface Running {
  readonly pid: number;
  readonly url: string;
  /** What it has said so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Sends a signal; resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number>;
  readonly ended: Promise<number>;
}

/** A machine of its own for commands: a home directory, and nothing of this one's environment. */
export class Bench {
  readonly folder: string;
  /** Where the proxy keeps its files. */
  readonly home: string;
  readonly env: Record<string, string>;
  readonly #running: Running[] = [];
  readonly #program: readonly string[];

  readonly #deadlineMs: number;

  /** @param words that start the program, where it is another than the usual one: an emulator is the first of several */
  constructor(words = program) {
    this.#program = words;
    this.#deadlineMs = words === program || words.length === 1 ? deadlineMs : emulatedDeadlineMs;
    this.folder = mkdtempSync(join(tmpdir(), 'ccproxy-cli-'));
    this.home = join(this.folder, 'proxy-home');
    const user = join(this.folder, 'user');
    mkdirSync(user);
    const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'PATHEXT', 'ComSpec'];
    const inherited = kept.flatMap((name): [string, string][] => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    });
    this.env = {
      ...Object.fromEntries(inherited),
      CCPROXY_HOME: this.home,
      // What hints say, whichever of the two programs runs.
      CCPROXY_LAUNCHER: 'claude-code-proxy',
      HOME: user,
      USERPROFILE: user,
      NO_COLOR: '1',
      // No test may write into the keychain of the person who runs it.
      CCPROXY_VAULT_BACKEND: 'key-file',
    };
  }

  /** Runs the program with `words` to its end. */
  async run(words: readonly string[], { input, env }: CommandOptions = {}): Promise<CommandResult> {
    const child = Bun.spawn([...this.#program, ...words], {
      cwd: this.folder,
      env: { ...this.env, ...env },
      stdin: input === undefined ? 'ignore' : new Blob([input]),
      stdout: 'pipe',
      stderr: 'pipe',
      timeout: this.#deadlineMs,
      killSignal: 'SIGKILL',
    });
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { code, out, err };
  }

  /** Starts a command that listens; resolves with its first line. */
  async start(words: readonly string[], { env }: CommandOptions = {}): Promise<Running> {
    const child = Bun.spawn([...this.#program, ...words], {
      cwd: this.folder,
      env: { ...this.env, ...env },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const said = { out: '', err: '' };
    const listening = Promise.withResolvers<string>();
    const follow = async (stream: ReadableStream<Uint8Array>, name: 'out' | 'err'): Promise<void> => {
      const decoder = new TextDecoder();
      for await (const chunk of stream) {
        said[name] += decoder.decode(chunk, { stream: true });
        const url = /^listening on (\S+)$/m.exec(said.out)?.[1];
        if (url !== undefined) listening.resolve(url);
      }
    };
    const followed = Promise.all([follow(child.stdout, 'out'), follow(child.stderr, 'err')]);
    // Its last words may arrive after the news of its end.
    const ended = followed.then(async () => child.exited);
    void child.exited.then((code) => {
      listening.reject(new Error(`${words.join(' ')} ended with ${code}: ${said.out}${said.err}`));
    });
    const running: Running = {
      pid: child.pid,
      url: await listening.promise,
      out: () => said.out,
      err: () => said.err,
      ended,
      async stop(signal = 'SIGTERM') {
        child.kill(signal);
        return ended;
      },
    };
    this.#running.push(running);
    return running;
  }

  async close(): Promise<void> {
    for (const running of this.#running.splice(0)) await running.stop('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Makes benches that are cleared away after the test that asked for them. Call once in a test file. */
export function benches(): (words?: readonly string[]) => Bench {
  const made: Bench[] = [];
  afterEach(async () => {
    for (const bench of made.splice(0)) await bench.close();
  });
  return (words) => {
    const bench = new Bench(words);
    made.push(bench);
    return bench;
  };
}

/** Resolves as soon as `check` says yes. Another process is waited for: there is nothing to turn by hand. */
export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error('it did not happen in time');
    await Bun.sleep(5);
  }
}

/** A JSON text as what the test knows it to be. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the test says what it expects
export function parsed<T>(text: string): T {
  const value: T = JSON.parse(text);
  return value;
}
