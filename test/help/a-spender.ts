import type { ClientKeyDraft } from '../../src/access/key-draft.ts';
import type { Clock } from '../../src/base/clock.ts';
import { aProxy, type Proxy, type Rooms } from './a-proxy.ts';
import { anUpstream, json, sse, type SeenCall, type Upstream } from './an-upstream.ts';

export interface Spenders {
  proxy: Proxy;
  up: Upstream;
  /** A message that costs so many dollars; as the client of that key, 0 unless told, or of none. */
  spend(dollars: number, key?: number | null, more?: Record<string, unknown>): Promise<Response>;
  /** What budgets show, in dollars, by name. */
  used(): Promise<Record<string, number>>;
}

interface SpendersOptions {
  /** `[budgets.…]` of the settings; prices are a dollar a million tokens already. */
  config?: string;
  keys?: ClientKeyDraft[];
  accounts?: string[];
  clock?: Clock;
  processes?: number;
  home?: string;
  /** Headers of the upstream's answers. */
  headers?: string[];
}

/** One dollar a million tokens, in and out, for every model. */
export const dollarPrices = '[prices.flat]\nmodels = ["*"]\ninput = 1\noutput = 1\n';

/** A proxy whose upstream lets calls cost what they say (`cost`, in dollars): clients that spend from budgets. */
export async function spenders(rooms: Rooms, options: SpendersOptions = {}): Promise<Spenders> {
  const { config = '', keys = [{ name: 'ann' }], accounts = ['one'], headers = [], ...more } = options;
  const up = await rooms.add(anUpstream((call) => costing(call, headers)));
  const proxy = await rooms.add(
    aProxy({
      ...(more.home === undefined && {
        accounts: accounts.map((name, priority) => ({
          name,
          kind: 'api-key' as const,
          baseUrl: up.url,
          priority,
          secret: `sk-ant-api03-${name}`,
        })),
        keys,
      }),
      config: `${dollarPrices}${config}`,
      ...more,
    }),
  );
  return {
    proxy,
    up,
    spend: (dollars, key = 0, body = {}) =>
      fetch(`${proxy.url}/v1/messages`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(key !== null && { 'x-api-key': proxy.keys[key] ?? '' }),
        },
        body: JSON.stringify({
          model: 'claude-opus-5-5',
          max_tokens: 100,
          messages: [{ role: 'user', content: 'hi' }],
          cost: dollars,
          ...body,
        }),
      }),
    async used() {
      const status = (await (await fetch(`${proxy.url}/status`)).json()) as {
        budgets: { name: string; used: number }[];
      };
      return Object.fromEntries(status.budgets.map(({ name, used }) => [name, used]));
    },
  };
}

function costing(call: SeenCall, headers: string[]): ReturnType<typeof json> {
  if (call.target.endsWith('/count_tokens')) return json(200, { input_tokens: 7 });
  const { cost = 0, stream = false } = JSON.parse(call.body.toString() || '{}') as {
    cost?: number;
    stream?: boolean;
  };
  const usage = { input_tokens: Math.round(cost * 1e6), output_tokens: 0 };
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], usage };
  if (!stream) return json(200, { ...message, stop_reason: 'end_turn' }, headers);
  const events = sse(
    { type: 'message_start', message },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 0 } },
    { type: 'message_stop' },
  );
  return {
    status: 200,
    headers: ['content-type', 'text/event-stream', ...headers],
    body: Buffer.from(events),
  };
}

/** The unified headers of an answer, by the end of their names; and any other of the upstream's limits, whole. */
export function limitsIn(response: Response): Record<string, string> {
  const all = [...response.headers].filter(([name]) => name.startsWith('anthropic-ratelimit-'));
  return Object.fromEntries(
    all.map(([name, value]) => [name.replace('anthropic-ratelimit-unified-', ''), value]),
  );
}
