import { expect, it } from 'bun:test';
import { readdirSync } from 'node:fs';
import { product } from '../../../src/base/product.ts';
import { collectProcess } from '../../../src/usage/metrics/collect-process.ts';
import { familyText } from '../../../src/usage/metrics/text.ts';
import { sumOf } from '../../help/a-scrape.ts';

const scrape = async (): Promise<string> =>
  (await collectProcess()).map((family) => familyText(family, 'prometheus')).join('');

it('the process tells its version, its memory, its time and its beginning', async () => {
  const text = await scrape();
  expect(sumOf(text, 'ccproxy_build_info', { version: product.version, os: process.platform })).toBe(1);
  expect(sumOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(2 ** 20);
  expect(sumOf(text, 'ccproxy_heap_bytes')).toBeGreaterThan(0);
  expect(sumOf(text, 'process_cpu_seconds_total')).toBeGreaterThan(0);
  const now = Date.now() / 1000;
  // A minute for a machine that was busy when it began: what is told apart here is seconds from anything else.
  const earliest = now - process.uptime() - 60;
  expect(sumOf(text, 'process_start_time_seconds')).toBeWithin(earliest, now);
});

it.if(process.platform === 'linux')('on Linux the process tells what it has open, of how much', async () => {
  const text = await scrape();
  const open = sumOf(text, 'process_open_fds') ?? 0;
  expect(Math.abs(open - readdirSync('/proc/self/fd').length)).toBeLessThan(5);
  expect(sumOf(text, 'process_max_fds')).toBeGreaterThanOrEqual(open);
});

it('two looks tell the same beginning', async () => {
  const begin = async (): Promise<number | undefined> => sumOf(await scrape(), 'process_start_time_seconds');
  expect(await begin()).toBe((await begin()) ?? 0);
});
