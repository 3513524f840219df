import { expect, test } from 'bun:test';
import { closest } from '../../src/config/closest.ts';

const words = ['host', 'port', 'tls_cert', 'max_body_bytes', 'idle_timeout_seconds'];

test('a letter too few, too many, wrong or swapped still finds the word', () => {
  expect(closest('prt', words)).toBe('port');
  expect(closest('portt', words)).toBe('port');
  expect(closest('pork', words)).toBe('port');
  expect(closest('prot', words)).toBe('port');
});

test('case and separators make no difference', () => {
  expect(closest('maxBodyBytes', words)).toBe('max_body_bytes');
  expect(closest('TLS-CERT', words)).toBe('tls_cert');
});

test('a word cut short finds the long one', () => {
  expect(closest('idle_timeout', words)).toBe('idle_timeout_seconds');
});

test('the nearest of several wins', () => {
  expect(closest('hort', ['port', 'host', 'hort_x'])).toBe('port');
  expect(closest('hosts', ['port', 'host'])).toBe('host');
});

test('a word near to none finds nothing', () => {
  expect(closest('colour', words)).toBeUndefined();
  expect(closest('zz', words)).toBeUndefined();
  expect(closest('', words)).toBeUndefined();
  expect(closest('x'.repeat(10_000), words)).toBeUndefined();
});
