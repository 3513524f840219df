import type { Account } from '../accounts/account.ts';
import type { WayOutOf } from '../accounts/way-out.ts';
import type { Way } from '../wire/sender.ts';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { fitsAny } from '../base/pattern.ts';
import { userAgent } from '../base/product.ts';
import type { Secret } from '../base/secret.ts';
import type { Signal } from '../base/signal.ts';
import { collect } from '../http/bytes.ts';
import type { Answer } from '../http/call.ts';
import { jsonAnswer } from '../http/envelope.ts';
import type { Sender } from '../wire/sender.ts';
import { attemptHeaders, upstreamOf } from './forward.ts';

/** One entry of the API's model list; fields beyond `id` are passed on as they came. */
export interface Model {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** A list is fresh for this long, and after that shown while a new one is fetched (ms). */
const freshMs = 300_000;
/** An account that did not answer is asked again after this long, so that it does not slow every list (ms). */
const againMs = 10_000;
/** Claude Code waits 3 s for the whole answer (ms). */
const patienceMs = 2_000;
const largestList = 4 * 1024 * 1024;

interface Kept {
  readonly models: readonly Model[];
  /** On the clock that never jumps (ms). */
  readonly freshUntil: number;
}

/** The models of each account, asked for by ourselves and kept: a union answers from memory. */
export class Models {
  /** By the account as it is now: one that changed is another account, whose models may be others. */
  readonly #kept = new WeakMap<Account, Kept>();
  readonly #running = new WeakMap<Account, Promise<void>>();
  readonly #options: ModelsOptions;

  constructor(options: ModelsOptions) {
    this.#options = options;
  }

  /** The union over what each of `accounts` has and allows, each id once, in the order of the accounts. */
  async union(accounts: readonly Account[]): Promise<Model[]> {
    await Promise.all(accounts.map((account) => this.#fill(account)));
    const byId = new Map<string, Model>();
    for (const account of accounts) {
      for (const model of this.#kept.get(account)?.models ?? []) {
        if (!byId.has(model.id) && fitsAny(account.models, model.id)) byId.set(model.id, model);
      }
    }
    return [...byId.values()];
  }

  /** Waits only where nothing is known yet. */
  async #fill(account: Account): Promise<void> {
    const kept = this.#kept.get(account);
    if (kept !== undefined && this.#options.clock.monotonic() < kept.freshUntil) return;
    const running = this.#running.get(account) ?? this.#fetch(account);
    if (kept === undefined) await running;
  }

  #fetch(account: Account): Promise<void> {
    const { clock, log } = this.#options;
    const keep = (models: readonly Model[], forMs: number): void => {
      this.#kept.set(account, { models, freshUntil: clock.monotonic() + forMs });
    };
    const running = this.#ask(account)
      .then((models) => {
        keep(models, freshMs);
      })
      .catch((error: unknown) => {
        log.warn('model list not read', { account: account.name, reason: messageOf(error) });
        keep(this.#kept.get(account)?.models ?? [], againMs);
      })
      .finally(() => {
        this.#running.delete(account);
      });
    this.#running.set(account, running);
    return running;
  }

  async #ask(account: Account): Promise<readonly Model[]> {
    const outOfTime = new AbortController();
    const cancelTimer = this.#options.clock.after(patienceMs, () => {
      outOfTime.abort();
    });
    try {
      const secret = await this.#options.secretOf(account, outOfTime.signal);
      if (secret === undefined) throw new Error('no secret');
      const via = await this.#options.wayOutOf(account);
      return await this.#read(account, secret, via, outOfTime.signal);
    } finally {
      cancelTimer();
    }
  }

  async #read(
    account: Account,
    secret: Secret,
    via: Way | undefined,
    signal: AbortSignal,
  ): Promise<readonly Model[]> {
    const { origin, prefix } = upstreamOf(account);
    const delivery = await this.#options.sender.send({
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
      signal,
      ...(via !== undefined && { via }),
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
  readonly secretOf: (account: Account, signal?: Signal) => Secret | Promise<Secret | undefined>;
  readonly wayOutOf: WayOutOf;
  readonly clock: Clock;
  readonly log: Log;
}

function readModels(list: unknown): Model[] {
  const data: unknown = typeof list === 'object' && list !== null ? Reflect.get(list, 'data') : undefined;
  if (!Array.isArray(data)) throw new Error('no list of models');
  return data.filter(isModel);
}

function isModel(value: unknown): value is Model {
  return typeof value === 'object' && value !== null && isId(Reflect.get(value, 'id'));
}

function isId(id: unknown): boolean {
  return typeof id === 'string' && id !== '';
}

/**
 * A page of `models` as the API pages it: `limit` (20 unless told, at most 1000), and what comes after the
 * model `after_id` or right before the model `before_id`.
 */
export function modelsPage(models: readonly Model[], query: URLSearchParams): Answer {
  const limit = limitIn(query.get('limit'));
  const before = models.findIndex(({ id }) => id === query.get('before_id'));
  const after = models.findIndex(({ id }) => id === query.get('after_id')) + 1;
  const start = before === -1 ? after : Math.max(0, before - limit);
  const end = before === -1 ? start + limit : before;
  const data = models.slice(start, end);
  return jsonAnswer(200, {
    data,
    has_more: before === -1 ? end < models.length : start > 0,
    first_id: data.at(0)?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  });
}

function limitIn(text: string | null): number {
  const limit = Math.trunc(Number(text ?? 20));
  return limit >= 1 ? Math.min(1000, limit) : 20;
}
