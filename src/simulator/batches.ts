import { header } from '../http/headers.ts';
import { ApiError, invalid } from './errors.ts';
import type { Dialect } from './fields.ts';
import type { Draws } from './ids.ts';
import { encodeJson, encodeText, isObject, listOf, textAt, type JsonObject } from './json.ts';
import type { KeyState } from './keys.ts';
import { pageByIds } from './paging.ts';
import { jsonReply, type Reply } from './reply.ts';
import { piece, type Step } from './steps.ts';
import type { Visit } from './visit.ts';

const mostRequests = 100_000;
const dayMs = 86_400_000;
/** Results are kept so long (api.md §10). */
const keptMs = 29 * dayMs;

interface BatchRequest {
  readonly customId: string;
  readonly params: JsonObject;
}

interface StoredBatch {
  readonly id: string;
  readonly key: KeyState;
  readonly dialect: Dialect;
  readonly createdAt: number;
  readonly requests: readonly BatchRequest[];
  readonly base: string;
  cancelledAt: number | undefined;
  results: readonly BatchResult[] | undefined;
}

interface BatchResult {
  readonly type: 'succeeded' | 'errored' | 'canceled';
  /** One line of JSON. */
  readonly line: Uint8Array;
}

/** Answers one request of a batch; throws ApiError where it is wrong. */
export type RunRequest = (params: JsonObject, dialect: Dialect, key: KeyState) => JsonObject;

/** Batches belong to the workspace of the key that made them. They take `batchMs`, then all is done at once. */
export class Batches {
  readonly #batches = new Map<string, StoredBatch>();
  readonly #draws: Draws;
  readonly #batchMs: number;

  constructor(draws: Draws, batchMs: number) {
    this.#draws = draws;
    this.#batchMs = batchMs;
  }

  get size(): number {
    return this.#batches.size;
  }

  clear(): void {
    this.#batches.clear();
  }

  /** `POST /v1/messages/batches`. */
  create(visit: Visit, body: JsonObject, dialect: Dialect, base: string | undefined, now: number): Reply {
    const batch: StoredBatch = {
      id: this.#draws.id('msgbatch_'),
      key: visit.key,
      dialect,
      createdAt: now,
      requests: readRequests(body),
      base:
        base ??
        `${visit.call.peer.secure ? 'https' : 'http'}://${header(visit.call.headers, 'host') ?? 'localhost'}`,
      cancelledAt: undefined,
      results: undefined,
    };
    this.#batches.set(batch.id, batch);
    return jsonReply(this.#describe(batch, now));
  }

  /** `GET /v1/messages/batches`, newest first. */
  list(visit: Visit, run: RunRequest, now: number): Reply {
    const mine = [...this.#batches.values()].filter(({ key }) => key.scope === visit.key.scope).toReversed();
    for (const batch of mine) this.#settle(batch, run, now);
    return jsonReply(
      pageByIds(
        mine.map((batch) => this.#describe(batch, now)),
        visit.query,
      ),
    );
  }

  /** `GET /v1/messages/batches/{id}`. */
  get(visit: Visit, id: string, run: RunRequest, now: number): Reply {
    const batch = this.#find(visit, id);
    this.#settle(batch, run, now);
    return jsonReply(this.#describe(batch, now));
  }

  /** `POST /v1/messages/batches/{id}/cancel`. */
  cancel(visit: Visit, id: string, now: number): Reply {
    const batch = this.#find(visit, id);
    if (this.#endOf(batch) <= now) throw invalid('The batch has ended and cannot be canceled.');
    batch.cancelledAt ??= now;
    return jsonReply(this.#describe(batch, now));
  }

  /** `DELETE /v1/messages/batches/{id}`. */
  delete(visit: Visit, id: string, now: number): Reply {
    const batch = this.#find(visit, id);
    if (this.#endOf(batch) > now) throw invalid('The batch is still being processed. Cancel it first.');
    this.#batches.delete(id);
    return jsonReply({ id, type: 'message_batch_deleted' });
  }

  /** `GET /v1/messages/batches/{id}/results`: a line of JSON a request. */
  results(visit: Visit, id: string, run: RunRequest, now: number): Reply {
    const batch = this.#find(visit, id);
    this.#settle(batch, run, now);
    if (batch.results === undefined || now - batch.createdAt > keptMs)
      throw new ApiError(404, `Message batch ${id} has no available results.`);
    return {
      status: 200,
      headers: ['content-type', 'application/x-jsonl'],
      body: { is: 'steps', steps: linesOf(batch.results), paced: false },
    };
  }

  #find({ key }: Visit, id: string): StoredBatch {
    const batch = this.#batches.get(id);
    if (batch === undefined || batch.key.scope !== key.scope)
      throw new ApiError(404, `Message batch ${id} not found.`);
    return batch;
  }

  /** When it ends: after its time, or half of that after a cancellation. */
  #endOf({ createdAt, cancelledAt }: StoredBatch): number {
    const end = createdAt + this.#batchMs;
    return cancelledAt === undefined ? end : Math.min(end, cancelledAt + this.#batchMs / 2);
  }

  /** Answers the requests of a batch whose time has come; what a cancellation came before is not answered. */
  #settle(batch: StoredBatch, run: RunRequest, now: number): void {
    if (batch.results !== undefined || this.#endOf(batch) > now) return;
    const part = batch.cancelledAt === undefined ? 1 : (batch.cancelledAt - batch.createdAt) / this.#batchMs;
    const answered = Math.floor(batch.requests.length * part);
    batch.results = batch.requests.map((request, at) =>
      at < answered ? this.#outcome(batch, request, run) : line(request, 'canceled', {}),
    );
  }

  #outcome({ dialect, key }: StoredBatch, request: BatchRequest, run: RunRequest): BatchResult {
    try {
      return line(request, 'succeeded', { message: run(request.params, dialect, key) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return line(request, 'errored', { error: error.envelope(this.#draws.id('req_')) });
    }
  }

  #describe(batch: StoredBatch, now: number): { id: string } & JsonObject {
    const end = this.#endOf(batch);
    const hasEnded = end <= now;
    const isArchived = now - batch.createdAt > keptMs;
    const iso = (at: number): string => new Date(at).toISOString();
    const count = (type: BatchResult['type']): number =>
      batch.results?.filter((result) => result.type === type).length ?? 0;
    return {
      id: batch.id,
      type: 'message_batch',
      processing_status: hasEnded ? 'ended' : batch.cancelledAt === undefined ? 'in_progress' : 'canceling',
      request_counts: {
        processing: hasEnded ? 0 : batch.requests.length,
        succeeded: count('succeeded'),
        errored: count('errored'),
        canceled: count('canceled'),
        expired: 0,
      },
      created_at: iso(batch.createdAt),
      expires_at: iso(batch.createdAt + dayMs),
      ended_at: hasEnded ? iso(end) : null,
      cancel_initiated_at: batch.cancelledAt === undefined ? null : iso(batch.cancelledAt),
      archived_at: isArchived ? iso(batch.createdAt + keptMs) : null,
      results_url: hasEnded && !isArchived ? `${batch.base}/v1/messages/batches/${batch.id}/results` : null,
    };
  }
}

function readRequests(body: JsonObject): readonly BatchRequest[] {
  const unknown = Object.keys(body).find((field) => field !== 'requests');
  if (unknown !== undefined) throw invalid(`${unknown}: Extra inputs are not permitted`);
  if (body['requests'] === undefined) throw invalid('requests: Field required');
  const requests = listOf(body['requests']);
  if (requests.length === 0) throw invalid('requests: List should have at least 1 item');
  if (requests.length > mostRequests)
    throw invalid(`requests: List should have at most ${mostRequests} items`);
  const ids = new Set<string>();
  return requests.map((request, at) => {
    const customId = textAt(request, 'custom_id');
    if (customId === undefined) throw invalid(`requests.${at}.custom_id: Field required`);
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(customId))
      throw invalid(`requests.${at}.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'`);
    if (ids.has(customId)) throw invalid(`requests.${at}.custom_id: custom_id must be unique within a batch`);
    ids.add(customId);
    const params = isObject(request) ? request['params'] : undefined;
    if (!isObject(params)) throw invalid(`requests.${at}.params: Field required`);
    return { customId, params };
  });
}

function line({ customId }: BatchRequest, type: BatchResult['type'], result: JsonObject): BatchResult {
  return { type, line: encodeJson({ custom_id: customId, result: { type, ...result } }) };
}

const lineBreak = encodeText('\n');

function* linesOf(results: readonly BatchResult[]): Generator<Step> {
  for (const { line } of results) yield piece(Buffer.concat([line, lineBreak]));
}
