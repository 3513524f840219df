import { afterEach, expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { publicKeyText } from '../../src/update/minisign.ts';
import { newSecretKey } from '../../src/update/secret-key.ts';
import { readRunFile } from '../../src/admin/run-file.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';

/*
 * The attack: somebody who may change settings at the page, from another machine, names a feed and a key of their own.
 * The next `update` would run their program as the user of this machine.
 */

const rooms = new Rooms();
afterEach(() => rooms.close());

test.each([
  ['update.feed_url', 'https://releases.attacker.example/'],
  ['update.keys', publicKeyText(newSecretKey())],
])('%s is changed in the file and nowhere else', async (key, value) => {
  const proxy = await rooms.add(aProxy());
  const running = await readRunFile(proxy.places.run);
  const headers = {
    'x-ccproxy-control': running?.controlToken.reveal() ?? '',
    'content-type': 'application/json',
  };
  const view = (await (await fetch(`${proxy.url}/control/settings`, { headers })).json()) as {
    file: { base: string };
    settings: { key: string; isEditable: boolean }[];
  };
  expect(view.settings.find((one) => one.key === key)?.isEditable).toBe(false);
  const answer = await fetch(`${proxy.url}/control/settings`, {
    method: 'PATCH',
    headers,
    body: JSON.stringify({ base: view.file.base, changes: [{ key, value }] }),
  });
  expect(await answer.json()).toMatchObject({ problem: { code: 'setting-fixed' } });
  const text = existsSync(proxy.places.config) ? readFileSync(proxy.places.config, 'utf8') : '';
  expect(text).not.toContain(value);
});
