import { program, until, type Bench } from './a-command.ts';

/** A command with somebody in front of it. */
export interface AtTerminal {
  /** What was on the screen so far, without what drives it. */
  readonly screen: () => string;
  /** Waits for a text that was not there before the last answer, then types. */
  answer(question: string, typed: string): Promise<void>;
  readonly ended: Promise<number>;
}

/** Runs the program with `words` at a terminal of its own. */
export function atTerminal(bench: Bench, words: readonly string[]): AtTerminal {
  let raw = '';
  let seen = 0;
  const decoder = new TextDecoder();
  const child = Bun.spawn([...program, ...words], {
    cwd: bench.folder,
    env: { ...bench.env, TERM: 'xterm' },
    timeout: 20_000,
    killSignal: 'SIGKILL',
    terminal: {
      cols: 200,
      rows: 50,
      data(_, data) {
        raw += decoder.decode(data, { stream: true });
      },
    },
  });
  const screen = (): string => Bun.stripANSI(raw);
  return {
    screen,
    async answer(question, typed) {
      await until(() => screen().slice(seen).includes(question));
      seen = screen().length;
      child.terminal?.write(typed);
    },
    ended: child.exited,
  };
}
