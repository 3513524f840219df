import { afterEach, expect, test } from 'bun:test';
import type { StatusView } from '../../../src/admin/contract.ts';
import { HealthFacts } from '../../../src/admin/pages/health/page.tsx';
import type { Facts } from '../../../src/admin/pages/sources.ts';
import { ownCommand } from '../../../src/base/own-command.ts';
import { aProxy, Rooms } from '../../help/a-proxy.ts';
import { htmlOf } from '../../help/some-html.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const facts: Facts = {
  home: '/home/ann/.claude-code-proxy',
  runtime: 'Bun on linux',
  newer: null,
  database: { place: '/home/ann/.claude-code-proxy/proxy.db', bytes: 4_096 },
  vault: {
    problem: null,
    backend: 'key-file',
    detail: '',
    secrets: 1,
    keyId: 'abcd',
    backupAt: null,
    spareKeys: 0,
    path: '/home/ann/.claude-code-proxy/credentials.json',
  },
  log: { file: null, level: 'info', settingsLevel: 'info', until: null },
};

test('a newer version is told of, with the command that gets it, and nothing where there is none', async () => {
  const proxy = await rooms.add(aProxy());
  const status = (await (await fetch(`${proxy.url}/status`)).json()) as StatusView;
  const said = (newer: string | null): string =>
    htmlOf(HealthFacts({ view: { status, facts: { ...facts, newer }, now: 1_000 } }));
  expect(said('9.9.9')).toContain('9.9.9 is available');
  expect(said('9.9.9')).toContain(ownCommand('update'));
  expect(said(null)).not.toContain('is available');
});
