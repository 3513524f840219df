import { afterEach, beforeEach, expect, test } from 'bun:test';
import { proofOf, readRunFile, writeRunFile } from '../../src/admin/run-file.ts';
import { fullAccount, type OlderAccount } from '../../src/admin/older-answers.ts';
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

const rest = { since: '2026-11-22T12:00:00.000Z', until: '2026-11-22T12:01:00.000Z', reason: '429' };
const account = {
  id: 'acc_1',
  name: 'work',
  standing: { is: 'resting', ...rest },
  familyRests: [{ family: 'opus', ...rest }],
};
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
    '/control/reports/requests': [{ requestId: 'req_1' }],
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
  expect(await remote?.listAccounts()).toMatchObject([
    { name: 'work', windows: [], lastRest: null, familyRests: [{ evidence: null }] },
  ]);
  expect(await remote?.getAccount('work')).toMatchObject({ name: 'work', windows: [] });
  expect(await remote?.listKeys()).toMatchObject([{ name: 'ann', budgets: [] }]);
  expect(await remote?.reports.requests({ limit: 1 })).toMatchObject([
    { requestId: 'req_1', bodyDigests: null },
  ]);
  expect(await remote?.status()).toMatchObject({
    accounts: [{ name: 'work', windows: [] }],
    budgets: [],
    capture: { isOn: false },
  });
});

test('a standing it tells has no evidence, and ends as such standings do', () => {
  const ends = (standing: object): object =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an answer of long ago
    fullAccount({ ...account, standing } as unknown as OlderAccount).standing;
  const unsaid = { evidence: null, isGuess: false, isCut: false, askedEarlyAt: null, endsBy: 'time' };
  expect(ends(account.standing)).toEqual({ is: 'resting', ...rest, ...unsaid });
  expect(ends({ is: 'signed-out' })).toEqual({ is: 'signed-out', evidence: null, endsBy: 'credential' });
  expect(ends({ is: 'switched-off' })).toEqual({ is: 'switched-off', since: null, endsBy: 'person' });
  expect(ends({ is: 'ready' })).toEqual({ is: 'ready' });
});
