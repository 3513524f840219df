import { afterAll, beforeAll, describe, expect, it } from 'bun:test';
import data from '../../data/prices.json' with { type: 'json' };
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { costOf } from '../../src/prices/cost.ts';
import { openPriceBook } from '../../src/prices/price-book.ts';
import type { PriceFile } from '../../src/prices/price-file.ts';
import type { Cost, Usage } from '../../src/prices/usage.ts';
import { startSimulator, type RunningSimulator } from '../../src/simulator/start.ts';
import { converse, type TurnResult } from '../help/a-conversation.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { claudeCode } from '../help/claude-code.ts';
import { aUsage } from '../prices/a-usage.ts';

/**
 * What a turn costs by our prices must be what Claude Code itself says it costs, to the thousandth of a cent: one
 * process of the real client for each model, through the proxy, with usages that the simulated API tells on demand.
 */
const program = claudeCode();
const thousandthOfACent = 1e-5;
const models: PriceFile['models'] = data.models;

/** One turn of a conversation, and what the simulated API said it used. */
interface Turn {
  /** As it went over the wire. */
  readonly model: string;
  readonly usage: Usage;
}

interface Asked {
  readonly usage: Usage;
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
  return { usage, marker: parts.join(',') };
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
  { usage: aUsage({ cacheWrite5m: 10_000 }), marker: 'input=0,output=0,read=0,write=10000' },
  {
    usage: aUsage({ cacheWrite5m: 9000, cacheWrite1h: 1000 }),
    marker: 'input=0,output=0,read=0,write=10000,write5m=1000,write1h=1000',
  },
  asked({ ...all, speed: 'fast' }),
  asked({ ...all, speed: 'fast', inferenceGeo: 'us', webSearches: 1 }),
];

/** No price of the list is another one above 200,000 tokens. Last, for of smaller models the client asks nothing more then. */
const largest = asked({ ...all, inferenceGeo: 'us', input: 250_000 });

const rooms = new Rooms();
let simulator: RunningSimulator;
let proxy: Proxy;

beforeAll(async () => {
  const key = 'sk-ant-api03-prices';
  simulator = await startSimulator({
    keys: [{ name: 'prices', key, organization: 'org_prices' }],
    // Ways in which clouds write an id.
    openModels: ['claude-', 'us.anthropic.claude-'],
    clock: wallClock,
    log: silentLog,
  });
  await rooms.add(Promise.resolve({ close: () => simulator.close() }));
  const account = { name: 'prices', kind: 'api-key' as const, baseUrl: simulator.url, secret: key };
  proxy = await rooms.add(aProxy({ accounts: [account] }));
});
afterAll(() => rooms.close());

/**
 * What the turns cost by us. So far by what the simulated API said it used; once the proxy records what it read
 * from the answers, by its records, and nothing else in this file changes.
 */
function costsOf(turns: readonly Turn[]): Cost[] {
  const book = openPriceBook();
  return turns.map(({ model, usage }) => costOf(usage, model, wallClock.now(), book));
}

/** A conversation of the real client, and what went over the wire in it. */
async function conversation(
  model: string,
  wanted: readonly Asked[],
): Promise<{ turns: Turn[]; results: TurnResult[] }> {
  const env = { ANTHROPIC_BASE_URL: proxy.url, ANTHROPIC_AUTH_TOKEN: 'placeholder' };
  const prompts = wanted.map(({ marker }) => `[[usage:${marker}]][[say:ok]]`);
  const results = await converse(program!, ['--model', model], env, prompts);
  const session = results[0]?.['session_id'];
  const calls = simulator.simulator.calls.filter(
    (call) => call.session === session && call.path === '/v1/messages',
  );
  // One call a turn, or the costs of two would be compared with the usage of one.
  expect(calls.map(({ status }) => status)).toEqual(wanted.map(() => 200));
  const turns = calls.map((call, at) => ({ model: String(call.model), usage: wanted[at]!.usage }));
  return { turns, results };
}

/** What each turn cost by the client: its total counts up within a process. */
function byTheClient(results: readonly TurnResult[]): number[] {
  const totals = results.map((result) => Number(result['total_cost_usd']));
  return totals.map((total, at) => total - (totals[at - 1] ?? 0));
}

function expectSame(ours: readonly Cost[], theirs: readonly number[], wanted: readonly Asked[]): void {
  expect(ours).toHaveLength(theirs.length);
  const apart = theirs.flatMap((usd, at) => {
    const own = (ours[at]?.microUsd ?? Number.NaN) / 1e6;
    const isSame = Math.abs(own - usd) < thousandthOfACent;
    return isSame ? [] : [`${wanted[at]?.marker}: the client says ${usd}, we say ${own}`];
  });
  expect(apart).toEqual([]);
}

async function expectSameCosts(model: string, wanted: readonly Asked[], basis: Cost['basis']): Promise<void> {
  const { turns, results } = await conversation(model, wanted);
  const ours = costsOf(turns);
  expect(ours.map((cost) => cost.basis)).toEqual(wanted.map(() => basis));
  expectSame(ours, byTheClient(results), wanted);
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
