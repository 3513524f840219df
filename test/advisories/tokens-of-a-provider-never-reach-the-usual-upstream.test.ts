import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { findRunning, type RemoteProxy } from '../../src/admin/remote.ts';
import { fromPlain } from '../../src/accounts/portable.ts';
import { wallClock } from '../../src/base/clock.ts';
import { openSender } from '../../src/wire/send.ts';
import type { Sender } from '../../src/wire/sender.ts';
import { problemOf } from '../help/a-problem.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';

// The tokens of a corporate gateway are good at that gateway. An account that signs in there and has no base URL
// would have sent them to the API of Anthropic, where every other kind of account goes by default.

const rooms = new Rooms();
let sender: Sender;
let remote: RemoteProxy;

beforeEach(async () => {
  sender = openSender({ clock: wallClock });
  const config = '[providers.company]\nissuer = "http://127.0.0.1:1"\n';
  const proxy = await rooms.add(aProxy({ config }));
  const found = await findRunning(proxy.places.run, sender);
  if (found === undefined) throw new Error('the proxy was not found');
  remote = found;
});
afterEach(async () => {
  sender.close();
  await rooms.close();
});

const team = { name: 'team', kind: 'oauth', provider: 'company' } as const;

describe('an account that signs in and is served nowhere in particular', () => {
  test('is not added where its provider says nothing either', async () => {
    const { code, message } = await problemOf(remote.addAccount(team));
    expect(code).toBe('account-invalid');
    expect(message).toContain('as providers.company.base_url does not');
  });

  test('is not read from an export that leaves it out', () => {
    const tokens = { access: 'planted-access', refresh: 'planted-refresh' };
    expect(() => fromPlain({ ...team, tokens })).toThrow('baseUrl: must say where its calls go');
  });

  test('does not come to be by a change', async () => {
    await remote.addAccount({ ...team, baseUrl: 'https://gateway.example.com' });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what somebody might send
    const changes = { baseUrl: null } as unknown as Record<string, string>;
    expect((await problemOf(remote.changeAccount('team', changes))).code).toBe('account-invalid');
    expect((await remote.getAccount('team')).baseUrl).toBe('https://gateway.example.com');
  });

  test('is added where somebody says', async () => {
    const added = await remote.addAccount({ ...team, baseUrl: 'https://gateway.example.com' });
    expect(added.baseUrl).toBe('https://gateway.example.com');
  });
});
