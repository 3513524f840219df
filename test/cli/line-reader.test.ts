import { expect, test } from 'bun:test';
import { LineReader } from '../../src/cli/line-reader.ts';

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

test('lines come one by one, however they were cut into chunks', async () => {
  const lines = new LineReader(chunks('fi', 'rst\r\nsecond\nth', 'ird'));
  expect(await lines.next()).toBe('first');
  expect(await lines.next()).toBe('second');
  expect(await lines.next()).toBe('third');
  expect(await lines.next()).toBeUndefined();
});

test('a line is given out before the next one is there', async () => {
  const more = Promise.withResolvers<string>();
  async function* slow(): AsyncGenerator<string> {
    yield 'first\n';
    yield await more.promise;
  }
  const lines = new LineReader(slow());
  expect(await lines.next()).toBe('first');
  more.resolve('second\n');
  expect(await lines.next()).toBe('second');
});

test('a line without end is cut, not collected', async () => {
  async function* endless(): AsyncGenerator<string> {
    for (;;) yield 'x'.repeat(1_000);
  }
  expect((await new LineReader(endless()).next())?.length).toBe(16_384);
});
