import { expect, test } from 'bun:test';
import { barText, progressBar } from '../../src/cli/progress-bar.ts';
import { Terminal } from '../../src/cli/terminal.ts';

function at(isTTY: boolean): { terminal: Terminal; shown: () => string } {
  let text = '';
  const stdout = { isTTY, columns: 100, write: (more: string) => (text += more) };
  const terminal = new Terminal({ env: { TERM: 'xterm' }, stdout, stderr: stdout, isInputTTY: false });
  return { terminal, shown: () => text };
}

test('a bar tells how far it is, in cells, percent and bytes', () => {
  expect(barText(0, 200 * 2 ** 20)).toBe(`${'░'.repeat(30)}   0 %  0 bytes of 200.0 MiB`);
  expect(barText(100 * 2 ** 20, 200 * 2 ** 20)).toBe(
    `${'█'.repeat(15)}${'░'.repeat(15)}  50 %  100.0 MiB of 200.0 MiB`,
  );
  expect(barText(5, 5)).toStartWith(`${'█'.repeat(30)} 100 %`);
});

test('it is drawn over itself, and not for every byte', () => {
  const { terminal, shown } = at(true);
  const draw = progressBar(terminal);
  for (let bytes = 0; bytes <= 100_000; bytes += 1) draw(bytes, 100_000);
  expect(shown().split('█'.repeat(30)).length).toBe(2);
  expect(shown().match(/ %/g)?.length).toBe(201);
});

test('into a file or a pipe nothing is drawn', () => {
  const { terminal, shown } = at(false);
  progressBar(terminal)(1, 2);
  expect(shown()).toBe('');
});
