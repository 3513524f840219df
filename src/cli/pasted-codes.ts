import { askText } from './ask.ts';
import type { Cli } from './cli.ts';
import { LineReader } from './line-reader.ts';
import { problem } from './problems.ts';
import type { WayOptions } from './sign-in-way.ts';

/** What a person copies out of a browser, one after the other until one fits. */
export interface PastedCodes {
  /** @throws Problem cancelled, code-missing */
  next(signal: AbortSignal): Promise<string>;
  close(): void;
}

/** Typed at the terminal, or line by line from standard input. @throws Problem code-missing */
export function pastedCodes({ terminal }: Cli, { codeStdin }: WayOptions): PastedCodes {
  if (codeStdin !== true) {
    if (!terminal.canAsk) throw problem('code-missing');
    const question = 'The code the page shows, or the address the browser ends at';
    return { next: (signal) => askText(question, signal), close: () => {} };
  }
  const lines = new LineReader(process.stdin);
  return {
    async next() {
      const line = await lines.next();
      if (line === undefined) throw problem('code-missing');
      return line;
    },
    close() {
      // Whoever pipes in may hold the pipe open; the command is over all the same.
      process.stdin.destroy();
    },
  };
}
