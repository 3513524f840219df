import { expect, test } from 'bun:test';
import { defaultSettings } from '../../src/config/settings.ts';
import { policyNames, settingsFor } from '../../src/what-if/policies.ts';
import { playPolicy } from '../../src/what-if/setup.ts';
import { aModel, aStep, aThread, pricing } from './a-setup.ts';

const traffic = {
  start: Date.UTC(2026, 10, 2),
  threads: [aThread(Array.from({ length: 6 }, () => aStep()))],
};
const models = [aModel('ann'), aModel('bob'), aModel('cem')];

test('the default stands first, what is no policy of the proxy last', () => {
  expect(policyNames()[0]).toBe('balanced');
  expect(policyNames().at(-1)).toBe('call-by-call');
});

test('the settings are those of the proxy, with the policy that is tried', () => {
  const base = { ...defaultSettings, routing: { ...defaultSettings.routing, softLimit: 0.5 } };
  const { policy, softLimit } = settingsFor('priority', base).routing;
  expect([policy, softLimit]).toEqual(['priority', 0.5]);
  expect(settingsFor('call-by-call', base)).toEqual(base);
});

test('every policy of the proxy keeps a session where it is', async () => {
  for (const policy of policyNames().slice(0, -1)) {
    const { byAccount } = await playPolicy({ traffic, models, seed: 1, pricing }, policy);
    expect([policy, ...byAccount.values()]).toEqual([policy, 6]);
  }
});

test('a policy is that of the proxy: `priority` puts every new session on the first account, `balanced` does not', async () => {
  const threads = Array.from({ length: 6 }, (_, at) =>
    aThread([aStep()], { session: String(at), beginsMs: at * 60_000 }),
  );
  const servedBy = async (policy: string): Promise<number[]> => {
    const setup = { traffic: { ...traffic, threads }, models, seed: 1, pricing };
    return [...(await playPolicy(setup, policy)).byAccount.values()];
  };
  expect([await servedBy('priority'), await servedBy('balanced')]).toEqual([[6], [2, 2, 2]]);
});

test('call-by-call takes the accounts in turn, whatever the session', async () => {
  const { byAccount, total } = await playPolicy({ traffic, models, seed: 1, pricing }, 'call-by-call');
  expect([...byAccount.values()]).toEqual([2, 2, 2]);
  expect(total.moved).toBe(5);
});
