import type { SimulatedKey } from '../../src/simulator/keys.ts';
import type { Stage } from './a-page.ts';

/** Accounts of which each stands somewhere else, as somebody has them after a busy morning. */
export const busyKeys: readonly SimulatedKey[] = [
  {
    name: 'work',
    key: 'sk-ant-api03-work',
    requestsPerMinute: 50,
    inputTokensPerMinute: 30_000,
    outputTokensPerMinute: 8_000,
  },
  {
    name: 'team plan',
    key: 'sk-ant-api03-team',
    subscription: { fiveHour: { limit: 900, used: 620 }, sevenDay: { limit: 20_000, used: 5_200 } },
  },
  { name: 'spare', key: 'sk-ant-api03-spare', requestsPerMinute: 1 },
  { name: 'old', key: 'sk-ant-api03-old', revoked: true },
];

/** Lets them get where they stand. */
export async function aBusyMorning(stage: Stage): Promise<void> {
  for (const name of ['work', 'work', 'team plan', 'spare', 'spare', 'old'])
    await stage.call(`hello from ${name}`, { 'x-account-name': name });
}
