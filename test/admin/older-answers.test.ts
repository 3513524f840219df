import { afterEach, beforeEach, expect, test } from 'bun:test';
import { proofOf, readRunFile, writeRunFile } from '../../src/admin/run-file.ts';
import { findRunning } from '../../src/admin/remote.ts';
import { wallClock } from '../../src/base/clock.ts';
import { openSender } from '../../src/wire/send.ts';
import type { Sender } from '../../src/wire/sender.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { anUpstream, json } from '../help/an-upstream.ts';

const rooms = new Rooms();
let sender: Sender;
beforeEach(() => {
  sender = openSender({ clock: wallClock });
});
afterEach(async () => {
  sender.close();
  await rooms.close();
});

const account = { id: 'acc_1', name: 'work' };
const key = { id: 'key_1', name: 'ann' };

test('a proxy from before an update that tells no windows, budgets and capture has none', async () => {
  const proxy = await rooms.add(aProxy());
  const running = await readRunFile(proxy.places.run);
  await proxy.stop();
  if (running === undefined) throw new Error('no run file');
  const answers: Readonly<Record<string, unknown>> = {
    '/control/accounts': { accounts: [account] },
    '/status/accounts/work': account,
    '/control/keys': { keys: [key] },
    '/status': { version: '0.0.9', accounts: [account] },
  };
  const older = await rooms.add(
    anUpstream(({ target, body }) => {
      if (target !== '/control/hello') return json(200, answers[target]);
      const { nonce } = JSON.parse(body.toString());
      return json(200, { proof: proofOf(running.controlToken, nonce) });
    }),
  );
  await writeRunFile(proxy.places.run, { ...running, pid: process.pid, controlUrl: older.url });
  const remote = await findRunning(proxy.places.run, sender);
  expect(await remote?.listAccounts()).toMatchObject([{ name: 'work', windows: [] }]);
  expect(await remote?.getAccount('work')).toMatchObject({ name: 'work', windows: [] });
  expect(await remote?.listKeys()).toMatchObject([{ name: 'ann', budgets: [] }]);
  expect(await remote?.status()).toMatchObject({
    accounts: [{ name: 'work', windows: [] }],
    budgets: [],
    capture: { isOn: false },
  });
});
