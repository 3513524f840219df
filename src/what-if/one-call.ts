import { GatewayError } from '../base/errors.ts';
import { header } from '../http/headers.ts';
import type { Cost, Usage } from '../prices/usage.ts';
import { attempt } from '../proxy/attempt.ts';
import type { Work } from '../proxy/work.ts';
import { sleep } from '../base/clock.ts';
import type { Stage } from './stage.ts';
import type { Step, Thread } from './traffic.ts';

/** How a call went. */
export type Went =
  | {
      readonly is: 'served';
      readonly accountId: string;
      readonly attempts: number;
      readonly usage: Usage;
      readonly cost: Cost;
      /** Tokens that some account had warm, when this one began to answer. */
      readonly warm: number;
    }
  | {
      readonly is: 'failed';
      readonly attempts: number;
      readonly status: number;
      readonly retryAfterMs: number | undefined;
      /** What the answer says of trying again; undefined where it says nothing. */
      readonly shouldRetry: boolean | undefined;
    };

const peer = { address: '127.0.0.1', localAddress: '127.0.0.1', secure: false };
const bytes = new Uint8Array(0);
const { signal } = new AbortController();

/** Sends one call through the corridor as it stands behind `proxy/serve`: pool, attempts, judgement. */
export async function oneCall(stage: Stage, thread: Thread, step: Step): Promise<Went> {
  const { clock, accounts } = stage;
  const startedAt = clock.now();
  let attempts = 0;
  let on: string | undefined;
  let done: { usage: Usage; cost: Cost; warm: number } | undefined;
  const gateway = stage.gatewayWith({
    async send() {
      const account = on === undefined ? undefined : accounts.get(on);
      if (account === undefined) throw new Error('an attempt on no account');
      const warm = warmest(stage, thread, step);
      const { delivery, afterMs, usage, cost } = account.meet(thread, step, clock.now());
      await sleep(clock, afterMs);
      if (usage !== undefined && cost !== undefined) done = { usage, cost, warm };
      return delivery;
    },
  });
  const work: Work = {
    call: { method: 'POST', target: '/v1/messages', headers: [], body: undefined, peer, signal },
    target: '/v1/messages',
    ask: { purpose: 'messages', model: step.model, session: thread.session, own: false },
    body: bytes,
    stream: false,
    isRepeatable: true,
    lane: { client: 'local', session: thread.session },
    onTry: ({ id }) => {
      attempts += 1;
      on = id;
    },
  };
  try {
    const { answer, account, lease } = await attempt(work, gateway);
    lease?.release();
    if (answer.status < 400 && account !== undefined && done !== undefined) {
      const { usage } = done;
      stage.heard({ session: thread.session, accountId: account.id, startedAt, usage });
      return { is: 'served', accountId: account.id, attempts, ...done };
    }
    const { status, headers } = answer;
    const said = header(headers, 'x-should-retry');
    const seconds = Number(header(headers, 'retry-after') ?? Number.NaN);
    return {
      is: 'failed',
      attempts,
      status,
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
      shouldRetry: said === undefined ? undefined : said === 'true',
    };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const { status, retryAfterSeconds, shouldRetry } = error;
    const retryAfterMs = retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000;
    return { is: 'failed', attempts, status, retryAfterMs, shouldRetry };
  }
}

function warmest({ accounts, clock }: Stage, thread: Thread, step: Step): number {
  const now = clock.now();
  let most = 0;
  for (const { prefixes } of accounts.values()) most = Math.max(most, prefixes.readable(thread, step, now));
  return most;
}
