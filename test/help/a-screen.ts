import { Terminal } from '../../src/cli/terminal.ts';

/** A terminal of so many columns without colours, and what it shows; left out, a file that takes any width. */
export function aScreen(columns?: number): { terminal: Terminal; out: string[]; err: string[] } {
  const [out, err]: string[][] = [[], []];
  const output = (lines: string[]) => ({
    write: (text: string) => lines.push(...text.replace(/\n$/, '').split('\n')),
    ...(columns !== undefined && { isTTY: true, columns }),
  });
  const terminal = new Terminal({
    env: { NO_COLOR: '1' },
    stdout: output(out!),
    stderr: output(err!),
    isInputTTY: false,
  });
  return { terminal, out: out!, err: err! };
}
