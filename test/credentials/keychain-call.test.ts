import { afterEach, beforeEach, expect, spyOn, test } from 'bun:test';
import { answerKeychainCall, type KeychainCall } from '../../src/credentials/keychain-call.ts';

/** What `Bun.secrets` would keep; the runtime's own is not touched by these tests. */
let items = new Map<string, string>();
/** Where true, it behaves as a locked Secret Service does: it has nothing, and takes nothing. */
let isLocked = false;
let spies: { mockRestore(): void }[] = [];

function keep(_: object, { name, value }: { name: string; value: string }): Promise<void> {
  if (isLocked) return Promise.reject(Object.assign(new Error('it is locked'), { code: 'ERR_X' }));
  items.set(name, value);
  return Promise.resolve();
}

beforeEach(() => {
  items = new Map();
  isLocked = false;
  spies = [
    spyOn(Bun.secrets, 'get').mockImplementation(({ name }: { name: string }) =>
      Promise.resolve(isLocked ? null : (items.get(name) ?? null)),
    ),
    spyOn(Bun.secrets, 'set').mockImplementation((options: { name: string; value: string }) =>
      keep({}, options),
    ),
    spyOn(Bun.secrets, 'delete').mockImplementation(({ name }: { name: string }) =>
      Promise.resolve(items.delete(name)),
    ),
  ];
});
afterEach(() => {
  for (const spy of spies) spy.mockRestore();
});

const answer = async (call: KeychainCall): Promise<unknown> =>
  JSON.parse(await answerKeychainCall(JSON.stringify(call)));

test('an item is kept, given back and deleted, and deleting it again is no error', async () => {
  expect(await answer({ do: 'set', item: 'a', value: 'x' })).toEqual({ is: 'done', value: null });
  expect(await answer({ do: 'get', item: 'a' })).toEqual({ is: 'done', value: 'x' });
  for (const time of [1, 2]) {
    expect({ time, said: await answer({ do: 'delete', item: 'a' }) }).toEqual({
      time,
      said: { is: 'done', value: null },
    });
  }
});

test('a probe writes, reads and leaves nothing', async () => {
  expect(await answer({ do: 'probe' })).toEqual({ is: 'done', value: null });
  expect(items.size).toBe(0);
});

test('a probe that gets something else back fails, and leaves nothing', async () => {
  spies.push(spyOn(Bun.secrets, 'get').mockImplementation(() => Promise.resolve('something else')));
  expect(await answer({ do: 'probe' })).toMatchObject({
    is: 'failed',
    said: 'it does not give back what it was given',
  });
  expect(items.size).toBe(0);
});

test('nothing found in a locked one is a failure, not nothing', async () => {
  items.set('a', 'x');
  isLocked = true;
  expect(await answer({ do: 'get', item: 'a' })).toEqual({
    is: 'failed',
    code: 'ERR_X',
    said: 'it is locked',
  });
});

test('what a person unlocks during the probe is found after it', async () => {
  items.set('a', 'x');
  isLocked = true;
  spies.push(
    spyOn(Bun.secrets, 'set').mockImplementation((options: { name: string; value: string }) => {
      isLocked = false;
      return keep({}, options);
    }),
  );
  expect(await answer({ do: 'get', item: 'a' })).toEqual({ is: 'done', value: 'x' });
});
