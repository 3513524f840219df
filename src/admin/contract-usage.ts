import type { Dimension, Grouping } from '../usage/reports/groupings.ts';
import type { Every } from '../usage/reports/hour-sums.ts';
import type { Summary } from '../usage/reports/summary.ts';
import type { UsageSeries } from '../usage/reports/usage-series.ts';

/** Sums of calls, in the words of the reports: its fields are added to, never renamed. */
export type SummaryView = Summary;

export interface UsageLineView extends Summary {
  readonly key: string;
  readonly name: string;
}

export interface UsageView {
  readonly by: Grouping;
  readonly since: string;
  readonly until: string;
  readonly lines: readonly UsageLineView[];
  readonly total: SummaryView;
}

/** What was used over time, in the words of the reports. */
export interface UsageSeriesView extends UsageSeries {
  readonly by: Dimension;
  readonly every: Every;
  readonly since: string;
  readonly until: string;
}

/** A call that is not over yet. */
export interface RunningView {
  readonly requestId: string;
  /** How long it has been here (ms). */
  readonly ms: number;
  readonly method: string;
  readonly path: string;
  readonly client: string;
  readonly clientId: string;
  readonly session: string | null;
  readonly model: string | null;
  readonly isStream: boolean;
  /** Who serves it; null until somebody has answered. */
  readonly account: string | null;
  readonly accountId: string | null;
}

export interface AttemptView {
  readonly account: string;
  /** After the call began. */
  readonly atMs: number;
  readonly ms: number;
  readonly ending: string;
  readonly status: number | null;
  readonly errorType: string | null;
  readonly errorCode: string | null;
  readonly scope: string | null;
  readonly lesson: string;
  readonly reason: string | null;
  /** The header that the account learned it from; null where there was none, or an older proxy kept none. */
  readonly evidence: { readonly header: string; readonly value: string } | null;
  readonly upstreamRequestId: string | null;
}

export interface MoveView {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  /** What was written again of what its session had in the cache; null where nobody knows. */
  readonly tokens: number | null;
  readonly usd: number | null;
}

/** What passed of a body. */
export interface BodyDigestView {
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

/** A body as its client sent it. */
export interface CameDigestView extends BodyDigestView {
  /** Its end has come; else it was left, or answered before that. */
  readonly isWhole: boolean;
}

/** A body as one attempt handed it to the connection of its upstream. */
export interface SentDigestView extends BodyDigestView {
  /** From 1. */
  readonly attempt: number;
  readonly account: string;
  /** Byte for byte what came, to its end. */
  readonly isSame: boolean;
}

/** The body of a request, as it came and as it went on. */
export interface BodyDigestsView {
  readonly came: CameDigestView;
  readonly went: readonly SentDigestView[];
  /** It came in OpenAI's format: what went on is another body. */
  readonly isTranslated: boolean;
}

/** One call, as far as it is kept. Never any content. */
export interface RequestView {
  /** Grows with time: where the next page begins. */
  readonly id: number;
  readonly requestId: string;
  readonly upstreamRequestId: string | null;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly purpose: string;
  readonly client: string;
  readonly session: string | null;
  readonly agent: string | null;
  readonly parentAgent: string | null;
  readonly model: string | null;
  readonly answeredModel: string | null;
  readonly account: string | null;
  readonly why: string | null;
  readonly isStream: boolean;
  readonly status: number;
  readonly ended: string;
  readonly errorType: string | null;
  readonly stopReason: string | null;
  readonly messageId: string | null;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly firstByteMs: number | null;
  readonly ms: number;
  /** How long of that it waited for an account; null where it did not. */
  readonly waitedMs: number | null;
  readonly outputPerSecond: number | null;
  /** null where the answer told no usage. */
  readonly tokens: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead: number;
    readonly cacheWrite5m: number;
    readonly cacheWrite1h: number;
    readonly thinking: number | null;
    readonly webSearches: number;
    readonly isEstimate: boolean;
  } | null;
  readonly serviceTier: string | null;
  readonly speed: string | null;
  readonly inferenceGeo: string | null;
  readonly usd: number | null;
  /** `listed`, `set`, `unknown`. */
  readonly priceBasis: string | null;
  readonly attemptCount: number;
  /** Empty where the first one went well. */
  readonly attempts: readonly AttemptView[];
  readonly move: MoveView | null;
  /** null where nobody watched, nothing was captured, or there was no body. */
  readonly bodyDigests: BodyDigestsView | null;
}

/** One agent of a session; '' is the session's own conversation. */
export interface AgentView {
  readonly agent: string;
  readonly calls: number;
  readonly errors: number;
  readonly models: readonly string[];
  readonly accounts: readonly string[];
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly usd: number;
  /** With all the agents that it started. */
  readonly usdWithBranches: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly branches: readonly AgentView[];
}

export interface SessionView {
  readonly session: string;
  readonly tree: AgentView;
}
