import { codedError } from './error-codes.ts';
import { ApiError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Block, InputMessage, MessagesRequest } from './request.ts';
import { checkConversation } from './validate-messages.ts';

/** A thread is kept so long after its last turn, and never longer than an hour (api.md §11). */
const idleMs = 300_000;
const longestMs = 3_600_000;

/** The state after one answer, under the id of that answer. */
interface StoredTurn {
  readonly owner: string;
  readonly createdAt: number;
  readonly storedAt: number;
  readonly system: readonly Block[];
  readonly tools: readonly Block[];
  readonly messages: readonly InputMessage[];
  continued: 'no' | 'running' | 'done';
}

/** A turn that is under way: the whole conversation, and how it ends. */
export interface RunningTurn {
  readonly request: MessagesRequest;
  /** The answer is complete: the next turn may go on from it. */
  store(id: string, content: readonly JsonObject[], now: number): void;
  /** There was no whole answer: the turn before may be continued again. */
  abandon(): void;
}

/** Conversations that the API holds between turns, each for the one key that began it. */
export class Threads {
  readonly #turns = new Map<string, StoredTurn>();

  get size(): number {
    return this.#turns.size;
  }

  clear(): void {
    this.#turns.clear();
  }

  /**
   * The request as a whole: a continued one with the history before it.
   *
   * @throws ApiError 400 and 404 with the `thread_…` codes
   */
  begin(request: MessagesRequest, body: JsonObject, owner: string, now: number): RunningTurn {
    refuseUnsupported(request, body);
    this.#sweep(now);
    const { thread } = request;
    if (thread?.type !== 'continue') return this.#running(request, owner, now, undefined);
    const previous = this.#turns.get(thread.previous);
    if (previous === undefined || previous.owner !== owner) throw codedError('thread_not_found');
    if (previous.continued === 'done') throw codedError('thread_already_continued');
    if (previous.continued === 'running') throw codedError('thread_continue_in_flight');
    refuseChanges(request, previous);
    const whole = {
      ...request,
      system: previous.system,
      tools: previous.tools,
      messages: [...previous.messages, ...request.messages],
    };
    checkConversation(whole.messages);
    previous.continued = 'running';
    return this.#running(whole, owner, previous.createdAt, previous);
  }

  #running(
    request: MessagesRequest,
    owner: string,
    createdAt: number,
    previous: StoredTurn | undefined,
  ): RunningTurn {
    return {
      request,
      store: (id, content, now) => {
        if (previous !== undefined) previous.continued = 'done';
        this.#turns.set(id, {
          owner,
          createdAt,
          storedAt: now,
          system: request.system,
          tools: request.tools,
          messages: [...request.messages, { role: 'assistant', content }],
          continued: 'no',
        });
      },
      abandon: () => {
        if (previous?.continued === 'running') previous.continued = 'no';
      },
    };
  }

  #sweep(now: number): void {
    for (const [id, turn] of this.#turns) {
      if (now - turn.storedAt > idleMs || now - turn.createdAt > longestMs) this.#turns.delete(id);
    }
  }
}

function refuseUnsupported({ system, tools, messages }: MessagesRequest, body: JsonObject): void {
  const blocks = [...system, ...tools, ...messages.flatMap(({ content }) => content)];
  const marked = body['cache_control'] ?? blocks.find((block) => block['cache_control'] !== undefined);
  const unsupported = [
    ...(marked === undefined || marked === null ? [] : ['cache_control']),
    ...['context_management', 'fallbacks'].filter((name) => body[name] !== undefined && body[name] !== null),
  ];
  if (unsupported.length > 0)
    throw codedError(
      'thread_unsupported_request',
      `Threads do not support ${unsupported.join(', ')} in a request.`,
      { unsupported },
    );
}

/** `system` and `tools` come from the thread; a turn may not bring its own. */
function refuseChanges({ system, tools }: MessagesRequest, previous: StoredTurn): void {
  const repeated = [
    { name: 'system', mine: system, stored: previous.system },
    { name: 'tools', mine: tools, stored: previous.tools },
  ].filter(({ mine }) => mine.length > 0);
  const changed = repeated.filter(({ mine, stored }) => JSON.stringify(mine) !== JSON.stringify(stored));
  if (changed.length > 0)
    throw codedError(
      'thread_fingerprint_mismatch',
      `A field differs from the value stored with the thread: ${changed.map(({ name }) => name).join(', ')}.`,
    );
  const [first] = repeated;
  if (first !== undefined)
    throw new ApiError(400, `${first.name}: cannot be sent when a thread is continued`);
}
