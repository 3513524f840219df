import { expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benches, parsed } from '../help/a-command.ts';

const bench = benches();

test('a proxy that can serve passes, and says so in one word', async () => {
  const made = bench();
  const key = { input: 'sk-ant-api03-planted-0001' };
  await made.run(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'], key);
  await made.start(['serve', '--port', '0']);
  expect(await made.run(['health'])).toEqual({ out: 'pass\n', err: '', code: 0 });
  const { out, code } = await made.run(['health', '--json']);
  expect(parsed<{ status: string }>(out).status).toBe('pass');
  expect(code).toBe(0);
});

test('without an account it is alive and cannot serve', async () => {
  const made = bench();
  await made.start(['serve', '--port', '0']);
  expect(await made.run(['health', '--live'])).toEqual({ out: 'pass\n', err: '', code: 0 });
  const { out, code } = await made.run(['health']);
  expect(out).toBe('fail\n');
  expect(code).toBe(1);
});

test('where none runs it exits with 5', async () => {
  const { err, code } = await bench().run(['health']);
  expect(err).toContain('[proxy-not-running]');
  expect(code).toBe(5);
});

test('a proxy that does not answer any more is told from one that does not run', async () => {
  const made = bench();
  const running = await made.start(['serve', '--port', '0']);
  const file = join(made.home, 'run.json');
  const about = parsed<Record<string, unknown>>(readFileSync(file, 'utf8'));
  const silent = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: { open: (socket) => void socket.end(), data() {} },
  });
  writeFileSync(file, JSON.stringify({ ...about, controlUrl: `http://127.0.0.1:${silent.port}` }), {
    mode: 0o600,
  });
  const { err, code } = await made.run(['health', '--live']);
  silent.stop(true);
  expect(err).toContain('[proxy-unreachable]');
  expect(code).toBe(5);
  await running.stop();
});
