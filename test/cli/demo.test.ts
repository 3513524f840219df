import { expect, test } from 'bun:test';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { benches, parsed, until } from '../help/a-command.ts';

const bench = benches();

test('three accounts at work: one reaches its limit, sessions move, no client sees it, nothing stays', async () => {
  const made = bench();
  const temporary = join(made.folder, 'temporary');
  mkdirSync(temporary);
  const env = { TMPDIR: temporary, TEMP: temporary, TMP: temporary };
  const demo = await made.start(['demo', '--sessions', '8'], { env });
  const status = parsed<{ accounts: { name: string }[] }>(await (await fetch(`${demo.url}/status`)).text());
  expect(status.accounts.map(({ name }) => name)).toEqual(['work', 'team', 'small']);
  await until(() => demo.out().includes(`ANTHROPIC_BASE_URL=${demo.url}`));
  await until(() => / session \d+ moved from small to (work|team); /.test(demo.out()));
  expect(demo.out()).toMatch(/small has reached its limit and rests until \d\d:\d\d:\d\d\n/);
  expect(await demo.stop('SIGINT')).toBe(0);
  expect(demo.out()).toMatch(/\d+ calls answered, 0 failed; [1-9]\d* session moves?/);
  expect(demo.err()).toBe('');
  expect(readdirSync(temporary)).toEqual([]);
  expect(readdirSync(made.folder).toSorted()).toEqual(['temporary', 'user']);
  // The runtime of a checkout keeps what it has compiled.
  expect(readdirSync(join(made.folder, 'user')).filter((name) => name !== '.bun')).toEqual([]);
});

test('it ends by itself when it is told to', async () => {
  const { code, out } = await bench().run(['demo', '--seconds', '1']);
  expect(code).toBe(0);
  expect(out).toStartWith('listening on http://127.0.0.1:');
});

test('settings and proxies of the person do not disturb it', async () => {
  const env = { CCPROXY_PORT: 'many', HTTP_PROXY: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9' };
  const demo = await bench().start(['demo'], { env });
  await until(() => demo.out().includes('calls answered'));
  expect(demo.out()).toMatch(/[1-9]\d* calls answered, 0 failed/);
  expect(await demo.stop('SIGTERM')).toBe(0);
});
