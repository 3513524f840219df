import { type Bench, program, until } from './a-command.ts';

/** A command at a terminal: what it shows, and somebody who types. Not on Windows, which has other terminals. */
export class AtTerminal {
  readonly #child: Bun.Subprocess;
  #shown = '';
  /** How far it was read. */
  #read = 0;

  constructor(
    bench: Bench,
    words: readonly string[],
    env: Readonly<Record<string, string>> = {},
    cols = 200,
  ) {
    const decoder = new TextDecoder();
    this.#child = Bun.spawn([...program, ...words], {
      cwd: bench.folder,
      env: { ...bench.env, TERM: 'xterm', ...env },
      terminal: {
        cols,
        rows: 50,
        data: (_, bytes) => {
          this.#shown += decoder.decode(bytes, { stream: true });
        },
      },
    });
  }

  /** Everything it has shown so far, without colours. */
  get shown(): string {
    return Bun.stripANSI(this.#shown);
  }

  /** Waits until it shows `text` after what was waited for before. */
  async sees(text: string): Promise<void> {
    await until(() => this.shown.indexOf(text, this.#read) !== -1);
    this.#read = this.shown.indexOf(text, this.#read) + text.length;
  }

  type(text: string): void {
    this.#child.terminal?.write(text);
  }

  /** Resolves with the exit code. */
  async ended(): Promise<number> {
    const code = await this.#child.exited;
    this.#child.terminal?.close();
    return code;
  }
}
