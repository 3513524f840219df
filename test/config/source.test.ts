import { expect, test } from 'bun:test';
import { printable, sourceText } from '../../src/config/source.ts';

test('each source is told in words', () => {
  expect(sourceText({ from: 'default' })).toBe('default');
  expect(sourceText({ from: 'file', file: '/a/config.toml', line: 2, column: 5 })).toBe('/a/config.toml:2:5');
  expect(sourceText({ from: 'environment', variable: 'CCPROXY_PORT' })).toBe('environment CCPROXY_PORT');
  expect(sourceText({ from: 'flag', flag: '--port' })).toBe('flag --port');
  expect(sourceText({ from: 'command' })).toBe('this command');
});

test('a name is printed without anything that moves the cursor, and not without end', () => {
  expect(printable('tls_cert')).toBe('tls_cert');
  expect(printable('a\nb\x07😀')).toBe(String.raw`a\u{a}b\u{7}\u{1f600}`);
  expect(printable('x'.repeat(500))).toBe(`${'x'.repeat(79)}…`);
});
