import { afterEach, expect, test } from 'bun:test';
import { ownCommand, setOwnCommand } from '../../src/base/own-command.ts';
import { product } from '../../src/base/product.ts';

afterEach(() => {
  setOwnCommand(product.binary);
});

test('until somebody has found out, our command is the name of the binary', () => {
  expect(ownCommand()).toBe('claude-code-proxy');
  expect(ownCommand('auth list')).toBe('claude-code-proxy auth list');
});

test('a command line of ours begins with what was typed', () => {
  setOwnCommand('./bin/proxy');
  expect(ownCommand()).toBe('./bin/proxy');
  expect(ownCommand('auth list')).toBe('./bin/proxy auth list');
});
