import { ApiError } from './errors.ts';
import { pageByIds } from './paging.ts';
import { jsonReply, type Reply } from './reply.ts';

/** What the simulator knows of one model. */
export interface SimulatedModel {
  readonly id: string;
  readonly name: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly contextWindow: number;
  readonly maxOutput: number;
  /** Tokens below which nothing is cached. */
  readonly smallestCached: number;
  /** Thinking blocks belong to the organization that made them. */
  readonly bindsThinking: boolean;
  /** The conversation may end with an assistant message that the model goes on from. */
  readonly prefill: boolean;
}

function model(
  id: string,
  name: string,
  day: string,
  sizes: { window: number; output: number; cached: number },
  habits: { binds?: boolean; prefill?: boolean } = {},
): SimulatedModel {
  return {
    id,
    name,
    createdAt: `${day}T00:00:00Z`,
    contextWindow: sizes.window,
    maxOutput: sizes.output,
    smallestCached: sizes.cached,
    bindsThinking: habits.binds ?? false,
    prefill: habits.prefill ?? false,
  };
}

const million = 1_000_000;
const large = (cached: number) => ({ window: million, output: 128_000, cached });
const middle = (cached: number) => ({ window: million, output: 64_000, cached });
const older = (cached: number, output: number) => ({ window: 200_000, output, cached });

/** The catalogue of November 2026, newest first, as the model list gives it. Days are rough. */
export const catalogue: readonly SimulatedModel[] = [
  model('claude-fable-5-2', 'Claude Fable 5.2', '2026-11-09', large(512)),
  model('claude-mythos-5-2', 'Claude Mythos 5.2', '2026-11-09', large(512)),
  model('claude-haiku-5-5', 'Claude Haiku 5.5', '2026-10-07', large(1024), { binds: true }),
  model('claude-sonnet-5-5', 'Claude Sonnet 5.5', '2026-09-28', large(1024), { binds: true }),
  model('claude-opus-5-5', 'Claude Opus 5.5', '2026-09-22', large(1024)),
  model('claude-fable-5-1', 'Claude Fable 5.1', '2026-09-01', middle(512)),
  model('claude-mythos-5-1', 'Claude Mythos 5.1', '2026-09-01', middle(512)),
  model('claude-opus-5', 'Claude Opus 5', '2026-06-01', middle(512)),
  model('claude-sonnet-5', 'Claude Sonnet 5', '2026-06-01', middle(1024)),
  model('claude-fable-5', 'Claude Fable 5', '2026-06-01', middle(512)),
  model('claude-mythos-5', 'Claude Mythos 5', '2026-06-01', middle(512)),
  model('claude-opus-4-8', 'Claude Opus 4.8', '2026-05-01', middle(1024)),
  model('claude-opus-4-7', 'Claude Opus 4.7', '2026-04-01', middle(2048)),
  model('claude-sonnet-4-6', 'Claude Sonnet 4.6', '2026-02-17', middle(1024)),
  model('claude-opus-4-6', 'Claude Opus 4.6', '2026-02-05', middle(4096)),
  model('claude-opus-4-5', 'Claude Opus 4.5', '2025-11-24', older(4096, 64_000), { prefill: true }),
  model('claude-haiku-4-5', 'Claude Haiku 4.5', '2025-10-15', older(4096, 64_000), { prefill: true }),
  model('claude-sonnet-4-5', 'Claude Sonnet 4.5', '2025-09-29', older(1024, 64_000), { prefill: true }),
];

const byId = new Map(catalogue.map((known) => [known.id, known]));

/** What is taken for granted of a model that the catalogue does not have. */
const unknownModel = {
  contextWindow: million,
  maxOutput: million,
  smallestCached: 1024,
  bindsThinking: false,
  prefill: true,
} as const;

/** Which model ids the simulated API serves. */
export class Models {
  readonly #openPrefixes: readonly string[];

  /** @param openPrefixes any id that begins with one of these is served, catalogue or not */
  constructor(openPrefixes: readonly string[]) {
    this.#openPrefixes = openPrefixes;
  }

  /**
   * The model behind `id`; a date at its end (`-20251101`) makes no difference.
   *
   * @throws ApiError 404 for an id that nobody serves
   */
  find(id: string): SimulatedModel {
    const known = byId.get(id) ?? byId.get(id.replace(/-20\d{6}$/, ''));
    if (known !== undefined) return known;
    if (!this.#openPrefixes.some((prefix) => id.startsWith(prefix))) throw new ApiError(404, `model: ${id}`);
    return { ...unknownModel, id, name: id, createdAt: '2026-01-01T00:00:00Z' };
  }

  /** `GET /v1/models`: pages of 20, up to 1,000, by `after_id` and `before_id`. */
  list(query: URLSearchParams): Reply {
    return jsonReply(pageByIds(catalogue.map(describe), query));
  }

  /** `GET /v1/models/{id}`. */
  get(id: string): Reply {
    return jsonReply(describe(this.find(id)));
  }
}

function describe(known: SimulatedModel): { id: string } {
  const [, line] = /^claude-(haiku|sonnet|opus|fable|mythos)-/.exec(known.id) ?? [];
  return {
    type: 'model',
    id: known.id,
    display_name: known.name,
    created_at: known.createdAt,
    lifecycle: 'active',
    line: line ?? null,
    max_input_tokens: known.contextWindow,
    max_tokens: known.maxOutput,
    deprecated_at: null,
    retires_at: null,
    capabilities: null,
  } as { id: string };
}
