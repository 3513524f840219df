import { expect, test } from 'bun:test';
import { join } from 'node:path';
import type { DoctorView } from '../../src/admin/contract-health.ts';
import { readRunFile } from '../../src/admin/run-file.ts';
import { benches, parsed } from '../help/a-command.ts';

const bench = benches();

test('a running proxy finds what doctor finds', async () => {
  const made = bench();
  const proxy = await made.start(['serve', '--no-open', '--port', '0']);
  const token = (await readRunFile(join(made.home, 'run.json')))?.controlToken.reveal() ?? '';
  // No upstream is asked that is not of this machine.
  await made.run(['config', 'set', 'upstream.base_url', 'http://127.0.0.1:9']);
  const answer = await fetch(`${proxy.url}/control/doctor`, { headers: { 'x-ccproxy-control': token } });
  const found = (await answer.json()) as DoctorView;
  const { out } = await made.run(['doctor', '--json']);
  const names = ({ checks }: DoctorView): string[] => checks.map(({ name, is }) => `${name} ${is}`);
  expect(names(found)).toEqual(names(parsed<DoctorView>(out)));
  expect(found.checks.find(({ name }) => name === 'proxy')?.says).toContain(proxy.url);
  expect(found.ok).toBe(false);
  await proxy.stop();
});
