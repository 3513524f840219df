import { afterEach, expect, test } from 'bun:test';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { Visitor } from '../help/a-visitor.ts';
import { aPerson, password } from '../help/some-people.ts';

// Whoever knows the code of a sign-in that is open can enter it at the provider as themselves: the account then is
// theirs, and everybody's calls run on it. The menu hid that dialog from viewers, but its address answered them.

const rooms = new Rooms();
afterEach(() => rooms.close());

test('a viewer is not shown how an account is signed in', async () => {
  const accounts = [{ name: 'work', kind: 'api-key' as const, secret: 'sk-ant-api03-work' }];
  const proxy = await rooms.add(aProxy({ accounts, config: '[admin]\nsign_in = "always"\n' }));
  await aPerson(proxy, 'vera', 'viewer');
  await aPerson(proxy, 'ann');
  const [vera, ann] = [new Visitor(proxy.url), new Visitor(proxy.url)];
  await vera.signIn('vera', password);
  await ann.signIn('ann', password);
  const id = /acc_\w+/.exec(await (await ann.get('/accounts')).text())?.[0] ?? '';
  for (const path of [`/accounts/${id}/sign-in`, `/accounts/sign-ins/sig_1?account=${id}`]) {
    expect([path, (await vera.get(path)).status]).toEqual([path, 403]);
    expect((await ann.get(path)).status).not.toBe(403);
  }
});
