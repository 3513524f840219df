import { expect, test } from 'bun:test';
import { plain, Terminal, type Output } from '../../src/cli/terminal.ts';

class Sink implements Output {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 40;

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }
}

function aTerminal(env: Record<string, string>, isTTY: boolean) {
  const stdout = new Sink(isTTY);
  const stderr = new Sink(isTTY);
  return { terminal: new Terminal({ env, stdout, stderr, isInputTTY: isTTY }), stdout, stderr };
}

test('colours are for terminals; NO_COLOR and FORCE_COLOR say otherwise', () => {
  const coloured = (env: Record<string, string>, isTTY: boolean): boolean =>
    aTerminal(env, isTTY).terminal.styled('red', 'x') !== 'x';
  expect(coloured({}, true)).toBe(true);
  expect(coloured({}, false)).toBe(false);
  expect(coloured({ NO_COLOR: '1' }, true)).toBe(false);
  expect(coloured({ NO_COLOR: '' }, true)).toBe(true);
  expect(coloured({ FORCE_COLOR: '1' }, false)).toBe(true);
  expect(coloured({ FORCE_COLOR: '0' }, true)).toBe(false);
  expect(coloured({ NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false);
  expect(coloured({ TERM: 'dumb' }, true)).toBe(false);
});

test('columns line up, wide letters and styles included', () => {
  const { terminal, stdout } = aTerminal({}, true);
  terminal.table(
    ['NAME', 'X'],
    [
      [{ text: '日本', style: 'green' }, 'a'],
      ['abcdef', 'b'],
    ],
  );
  expect(Bun.stripANSI(stdout.text)).toBe('NAME    X\n日本    a\nabcdef  b\n');
});

test('results go to standard output, remarks to standard error', () => {
  const { terminal, stdout, stderr } = aTerminal({}, false);
  terminal.print('result');
  terminal.note('remark');
  expect(stdout.text).toBe('result\n');
  expect(stderr.text).toBe('remark\n');
});

test('a drawing goes over the one before and never wraps', () => {
  const { terminal, stdout } = aTerminal({ NO_COLOR: '1' }, true);
  terminal.redraw(['x'.repeat(50), 'b']);
  expect(stdout.text).toContain(`${'x'.repeat(39)}…\n`);
  stdout.text = '';
  terminal.redraw(['c']);
  expect(stdout.text).toStartWith('\u001B[2A\r');
  expect(stdout.text).toEndWith('\u001B[J');
});

test('text of strangers drives no terminal', () => {
  expect(plain('a\u001B[2J\u0007b\u202Ec\nd')).toBe('a[2Jbc d');
});
