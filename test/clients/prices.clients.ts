import { afterAll, afterEach, beforeAll, describe, expect, it } from 'bun:test';
import data from '../../data/prices.json' with { type: 'json' };
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { PriceFile } from '../../src/prices/price-file.ts';
import type { Cost, Usage } from '../../src/prices/usage.ts';
import { startSimulator, type RunningSimulator } from '../../src/simulator/start.ts';
import { converse, type TurnResult } from '../help/a-conversation.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { claudeCode } from '../help/claude-code.ts';
import { pricedCalls, type PricedCall } from '../help/priced-calls.ts';
import { aUsage } from '../help/a-usage.ts';

/**
 * What a turn costs in our ledger must be what Claude Code itself says it costs, to the thousandth of a cent: one
 * process of the real client for each model, through the proxy, with usages that the simulated API tells on demand.
 */
const program = claudeCode();
const thousandthOfACent = 1e-5;
const models: PriceFile['models'] = data.models;

interface Asked {
  /** What `[[usage:…]]` says: everything that is not named is nothing. */
  readonly marker: string;
}

const names = {
  input: 'input',
  output: 'output',
  cacheRead: 'read',
  cacheWrite5m: 'write5m',
  cacheWrite1h: 'write1h',
  webSearches: 'searches',
  speed: 'speed',
  inferenceGeo: 'geo',
  serviceTier: 'tier',
} as const;

function asked(some: Partial<Usage>): Asked {
  const usage = aUsage(some);
  const parts = Object.entries(names).flatMap(([member, name]) => {
    const value = usage[member as keyof typeof names];
    return value === undefined ? [] : [`${name}=${value}`];
  });
  return { marker: parts.join(',') };
}

const all = { input: 10_000, output: 1000, cacheRead: 20_000, cacheWrite5m: 3000, cacheWrite1h: 2000 };
const upTo100000 = {
  input: 40_000,
  cacheRead: 30_000,
  cacheWrite5m: 20_000,
  cacheWrite1h: 10_000,
  output: 9,
};

/** What every model is asked to have used, turn by turn. */
const everyModel: readonly Asked[] = [
  asked({ input: 10, output: 5 }),
  asked(all),
  ...(['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const).map((count) =>
    asked({ [count]: 12_345 }),
  ),
  asked(upTo100000),
  asked({ ...upTo100000, cacheRead: 30_001 }),
  asked({ ...all, inferenceGeo: 'us' }),
  asked({ ...all, inferenceGeo: 'eu', serviceTier: 'priority' }),
  asked({ ...all, webSearches: 3, inferenceGeo: 'us' }),
  // What a breakdown does not name was written for five minutes, and so is everything where there is none.
  { marker: 'input=0,output=0,read=0,write=10000' },
  { marker: 'input=0,output=0,read=0,write=10000,write5m=1000,write1h=1000' },
  asked({ ...all, speed: 'fast' }),
  asked({ ...all, speed: 'fast', inferenceGeo: 'us', webSearches: 1 }),
];

/** No price of the list is another one above 200,000 tokens. Last, for of smaller models the client asks nothing more then. */
const largest = asked({ ...all, inferenceGeo: 'us', input: 250_000 });

const rooms = new Rooms();
const key = 'sk-ant-api03-prices';
let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator({
    keys: [{ name: 'prices', key, organization: 'org_prices' }],
    // Ways in which clouds write an id.
    openModels: ['claude-', 'us.anthropic.claude-'],
    clock: wallClock,
    log: silentLog,
  });
});
afterEach(() => rooms.close());
afterAll(() => simulator.close());

/** A conversation of the real client through a proxy of its own: what the client says, and what the ledger has. */
async function conversation(
  model: string,
  wanted: readonly Asked[],
): Promise<{ results: TurnResult[]; written: PricedCall[] }> {
  const account = { name: 'prices', kind: 'api-key' as const, baseUrl: simulator.url, secret: key };
  const proxy = await rooms.add(aProxy({ accounts: [account] }));
  const env = { ANTHROPIC_BASE_URL: proxy.url, ANTHROPIC_AUTH_TOKEN: 'placeholder' };
  const prompts = wanted.map(({ marker }) => `[[usage:${marker}]][[say:ok]]`);
  const results = await converse(program!, ['--model', model], env, prompts);
  // What is still on its way to the ledger is written before it closes.
  await proxy.stop();
  return { results, written: pricedCalls(proxy.places.database) };
}

/** What each turn cost by the client: its total counts up within a process. */
function byTheClient(results: readonly TurnResult[]): number[] {
  const totals = results.map((result) => Number(result['total_cost_usd']));
  return totals.map((total, at) => total - (totals[at - 1] ?? 0));
}

async function expectSameCosts(model: string, wanted: readonly Asked[], basis: Cost['basis']): Promise<void> {
  const { results, written } = await conversation(model, wanted);
  // One call a turn, or the costs of two would be compared with one.
  expect(written.map((one) => one.basis)).toEqual(wanted.map(() => basis));
  const theirs = byTheClient(results);
  const apart = wanted.flatMap(({ marker }, at) => {
    const [ours = Number.NaN, usd = Number.NaN] = [written[at]?.usd, theirs[at]];
    const isSame = Math.abs(ours - usd) < thousandthOfACent;
    return isSame ? [] : [`${marker}: the client says ${usd}, the ledger ${ours}`];
  });
  expect(apart).toEqual([]);
  const total = written.reduce((sum, { usd }) => sum + usd, 0);
  expect(Math.abs(total - Number(results.at(-1)?.['total_cost_usd']))).toBeLessThan(thousandthOfACent);
  const estimates = wanted.filter((_, at) => written[at]?.isEstimate === true);
  expect(estimates.every(({ marker }) => basis === 'unknown' && marker.includes('speed=fast'))).toBe(true);
}

describe.skipIf(program === undefined)('a turn of Claude Code costs what Claude Code says', () => {
  it.each(models.map(({ id }) => [id] as const))('with %s', async (model) => {
    await expectSameCosts(model, [...everyModel, largest], 'listed');
  });

  it.each(models.flatMap(({ also = [] }) => also.map((name) => [name] as const)))(
    'with the other name %s',
    async (model) => {
      await expectSameCosts(model, everyModel.slice(0, 2), 'listed');
    },
  );

  it.each([
    ['us.anthropic.claude-opus-4-7'],
    ['claude-sonnet-4-5@20250929'],
    ['claude-opus-4-8[1m]'],
    ['haiku'],
  ])('with %s, which is another way to write one', async (model) => {
    await expectSameCosts(model, everyModel.slice(0, 2), 'listed');
  });

  it('with a model that nobody knows, which is said', async () => {
    await expectSameCosts('claude-opus-99', [...everyModel, largest], 'unknown');
  });
});
