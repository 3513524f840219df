/** Starts the programs of a run and sees to it that none of them outlives it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beganAt, treeOf } from './machine.ts';

/** Something a person can act on: printed without a stack. */
export class CannotMeasure extends Error {}

export interface Program {
  readonly pid: number;
  /** How it ended, if it did, and the end of what it has written to standard output and error. */
  lastWords(): string;
  /** Resolves with standard output once it has ended; rejects when it ends with anything but 0. */
  finished(): Promise<string>;
  /** Waits for a line of standard output that matches. */
  line(pattern: RegExp, withinMs: number): Promise<RegExpExecArray>;
  stop(): Promise<void>;
}

export interface Start {
  readonly cpu?: string | undefined;
  readonly env?: Record<string, string>;
  readonly input?: string;
  /** The folder it works in; that of the benchmark otherwise. */
  readonly folder?: string;
}

/** What every program of a run may open, where the hard limit allows it. */
export const enoughFiles = 16_384;

/**
 * Wraps a command: a soft limit of open files as high as the hard one allows (up to what a run needs), a
 * TERM when this process dies for whatever reason, and the cpu it belongs to.
 */
function wrapped(command: readonly string[], cpu: string | undefined): string[] {
  const raise = `ulimit -n ${enoughFiles} 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec "$@"`;
  const guard = Bun.which('setpriv') === null ? [] : ['setpriv', '--pdeathsig', 'TERM'];
  const pin = cpu === undefined ? [] : ['taskset', '-c', cpu];
  return ['-c', raise, 'sh', ...guard, ...pin, ...command];
}

export class Processes {
  readonly folder = mkdtempSync(join(tmpdir(), 'ccproxy-bench-'));
  readonly #running = new Set<Program>();
  #count = 0;
  #closing: Promise<void> | undefined;

  start(command: readonly string[], { cpu, env, input, folder }: Start = {}): Program {
    // An interrupted run must not go on to start what nobody would stop.
    if (this.#closing) throw new CannotMeasure('The run was interrupted.');
    const name = join(this.folder, `${++this.#count}`);
    // Files, not pipes: a pipe would have to be emptied by this process while it measures.
    const out = openSync(`${name}.out`, 'w');
    const err = openSync(`${name}.err`, 'w');
    const child = spawn('sh', wrapped(command, cpu), {
      stdio: [input === undefined ? 'ignore' : 'pipe', out, err],
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: this.folder,
        TMPDIR: this.folder,
        LANG: 'C.UTF-8',
        ...env,
      },
      cwd: folder ?? process.cwd(),
    });
    closeSync(out);
    closeSync(err);
    child.stdin?.end(input);
    const program = new Running(child, name, command.join(' '), () => this.#running.delete(program));
    this.#running.add(program);
    return program;
  }

  /** Starts a command, waits for its end, and gives its standard output. */
  async run(command: readonly string[], start: Start = {}): Promise<string> {
    return this.start(command, start).finished();
  }

  /** Ends everything that still runs and removes the folder. A second call waits for the first. */
  close(): Promise<void> {
    this.#closing ??= Promise.all([...this.#running].map((program) => program.stop())).then(() =>
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 }),
    );
    return this.#closing;
  }
}

class Running implements Program {
  readonly #child: ChildProcess;
  readonly #files: string;
  readonly #command: string;
  readonly #ended: Promise<number | NodeJS.Signals | Error>;
  #how: number | NodeJS.Signals | Error | undefined;

  constructor(child: ChildProcess, files: string, command: string, onEnd: () => void) {
    this.#child = child;
    this.#files = files;
    this.#command = command;
    this.#ended = new Promise((resolve) => {
      child.once('error', resolve);
      child.once('exit', (code, signal) => resolve(code ?? signal ?? -1));
    });
    void this.#ended.then((how) => {
      this.#how = how;
      onEnd();
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  lastWords(): string {
    const fate = this.#how === undefined ? 'is still running' : `ended with ${String(this.#how)}`;
    return `${this.#command}\n${fate}\n${(this.#read('out') + this.#read('err')).slice(-2000)}`;
  }

  async finished(): Promise<string> {
    const how = await this.#ended;
    if (how === 0) return this.#read('out');
    throw new CannotMeasure(this.lastWords());
  }

  async line(pattern: RegExp, withinMs: number): Promise<RegExpExecArray> {
    const giveUp = performance.now() + withinMs;
    while (performance.now() < giveUp) {
      const found = pattern.exec(this.#read('out'));
      if (found) return found;
      const how = await Promise.race([this.#ended, Bun.sleep(20)]);
      if (how !== undefined) throw new CannotMeasure(this.lastWords());
    }
    throw new CannotMeasure(
      `Nothing like ${String(pattern)} came within ${withinMs} ms.\n${this.lastWords()}`,
    );
  }

  async stop(): Promise<void> {
    const family = this.pid > 0 ? treeOf(this.pid).map((pid) => ({ pid, began: beganAt(pid) })) : [];
    this.#child.kill('SIGTERM');
    await Promise.race([this.#ended, Bun.sleep(3000)]);
    for (const { pid, began } of family) if (began !== undefined && beganAt(pid) === began) killHard(pid);
    await this.#ended;
  }

  #read(ending: 'out' | 'err'): string {
    const path = `${this.#files}.${ending}`;
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }
}

/** A worker that outlived its master would be measured as "another program" from then on. */
function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already, as it should be.
  }
}
