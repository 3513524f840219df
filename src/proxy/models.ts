import type { Account } from '../accounts/account.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { userAgent } from '../base/product.ts';
import type { Secret } from '../base/secret.ts';
import { collect } from '../http/bytes.ts';
import type { Answer } from '../http/call.ts';
import { jsonAnswer } from '../http/envelope.ts';
import type { Sender } from '../wire/send.ts';
import { attemptHeaders, upstreamOf } from './forward.ts';

/** One entry of the API's model list; fields beyond `id` are passed on as they came. */
export interface Model {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** A list is fresh for this long, and after that shown while a new one is fetched (ms). */
const freshMs = 300_000;
/** Claude Code waits 3 s for the whole answer (ms). */
const patienceMs = 2_000;
const largestList = 4 * 1024 * 1024;

interface Kept {
  readonly models: readonly Model[];
  readonly at: number;
}

/** The models of each account, asked for by ourselves and kept: a union answers from memory. */
export class Models {
  readonly #kept = new Map<string, Kept>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #options: ModelsOptions;

  constructor(options: ModelsOptions) {
    this.#options = options;
  }

  /** The union over `accounts`, each id once, in the order of the accounts. */
  async union(accounts: readonly Account[]): Promise<Model[]> {
    await Promise.all(accounts.map((account) => this.#fill(account)));
    const byId = new Map<string, Model>();
    for (const { id } of accounts) {
      for (const model of this.#kept.get(id)?.models ?? [])
        if (!byId.has(model.id)) byId.set(model.id, model);
    }
    return [...byId.values()];
  }

  /** Waits only where nothing is known yet. */
  async #fill(account: Account): Promise<void> {
    const kept = this.#kept.get(account.id);
    if (kept !== undefined && this.#options.clock.now() - kept.at < freshMs) return;
    const running = this.#running.get(account.id) ?? this.#fetch(account);
    if (kept === undefined) await running;
  }

  #fetch(account: Account): Promise<void> {
    const running = this.#ask(account)
      .then((models) => {
        this.#kept.set(account.id, { models, at: this.#options.clock.now() });
      })
      .catch((error: unknown) => {
        this.#options.log.warn('model list not read', { account: account.name, reason: String(error) });
      })
      .finally(() => {
        this.#running.delete(account.id);
      });
    this.#running.set(account.id, running);
    return running;
  }

  async #ask(account: Account): Promise<readonly Model[]> {
    const { sender, secretOf } = this.#options;
    const secret = await secretOf(account);
    if (secret === undefined) throw new Error('no secret');
    const { origin, prefix } = upstreamOf(account);
    const delivery = await sender.send({
      origin,
      method: 'GET',
      target: `${prefix}/v1/models?limit=1000`,
      headers: attemptHeaders(
        ['accept', 'application/json', 'user-agent', userAgent],
        account,
        { is: 'ours', secret },
        undefined,
      ),
      body: undefined,
      signal: AbortSignal.timeout(patienceMs),
      connectMs: patienceMs,
      headMs: patienceMs,
    });
    if (delivery.is !== 'answered') throw new Error(delivery.is);
    const { status, body } = delivery.answer;
    const bytes =
      body === undefined || body instanceof Uint8Array
        ? (body ?? new Uint8Array())
        : await collect(body, largestList);
    if (status !== 200) throw new Error(`status ${status}`);
    return readModels(JSON.parse(Buffer.from(bytes).toString()));
  }
}

export interface ModelsOptions {
  readonly sender: Sender;
  readonly secretOf: (account: Account) => Promise<Secret | undefined>;
  readonly clock: Clock;
  readonly log: Log;
}

function readModels(list: unknown): Model[] {
  const data: unknown = typeof list === 'object' && list !== null ? Reflect.get(list, 'data') : undefined;
  if (!Array.isArray(data)) throw new Error('no list of models');
  return data.filter(isModel);
}

function isModel(value: unknown): value is Model {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'id') === 'string';
}

/**
 * A page of `models` as the API pages it: `limit` (20 unless told, at most 1000), `after_id`, `before_id`.
 */
export function modelsPage(models: readonly Model[], query: URLSearchParams): Answer {
  const limit = Math.min(1000, Math.max(1, Math.trunc(Number(query.get('limit') ?? 20)) || 20));
  const after = models.findIndex(({ id }) => id === query.get('after_id')) + 1;
  const before = models.findIndex(({ id }) => id === query.get('before_id'));
  const range = before === -1 ? models.slice(after) : models.slice(Math.max(0, before - limit), before);
  const data = range.slice(0, limit);
  return jsonAnswer(200, {
    data,
    has_more: range.length > limit,
    first_id: data.at(0)?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  });
}
