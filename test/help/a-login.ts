import { program, type Bench } from './a-command.ts';

/** A command that talks while it runs: what it prints line by line, and what is typed into it. */
export class ALogin {
  readonly #child: Bun.Subprocess<'pipe', 'pipe', 'pipe'>;
  readonly #events: AsyncGenerator<Record<string, unknown>, undefined>;
  readonly #err: Promise<string>;
  #out = '';

  constructor(bench: Bench, words: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = Bun.spawn([...program, 'auth', 'login', ...words, '--json'], {
      cwd: bench.folder,
      env: { ...bench.env, ...env },
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
      timeout: 30_000,
      killSignal: 'SIGKILL',
    });
    this.#events = this.#read();
    this.#err = new Response(this.#child.stderr).text();
  }

  /** Everything it has printed so far. */
  get out(): string {
    return this.#out;
  }

  /** The next event of that name; others before it are skipped. */
  async event<T>(name: string): Promise<T> {
    for (;;) {
      const { done, value } = await this.#events.next();
      if (done === true) throw new Error(`it ended without "${name}": ${this.#out}${await this.#err}`);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the test says what it expects
      if (value['event'] === name) return value as T;
    }
  }

  type(text: string): void {
    void this.#child.stdin.write(`${text}\n`);
    void this.#child.stdin.flush();
  }

  interrupt(): void {
    this.#child.kill('SIGINT');
  }

  /** Reads to its end; resolves with the exit code. */
  async ended(): Promise<number> {
    while ((await this.#events.next()).done !== true);
    return this.#child.exited;
  }

  async *#read(): AsyncGenerator<Record<string, unknown>, undefined> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of this.#child.stdout) {
      const piece = decoder.decode(chunk, { stream: true });
      this.#out += piece;
      text += piece;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
        const value: Record<string, unknown> = JSON.parse(text.slice(0, end));
        text = text.slice(end + 1);
        yield value;
      }
    }
    return undefined;
  }
}
