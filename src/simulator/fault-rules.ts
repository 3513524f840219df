import { readScenario, type Fault, type Scenario } from './faults.ts';

/** Who misbehaves, how, and for how long. What is left out matches everything. */
export interface FaultRule {
  /** Name of a key. */
  readonly key?: string | undefined;
  /**
   * Path of the calls, `/v1/messages` if left out; one that ends in `*` matches by its beginning, `*` alone
   * matches every path.
   */
  readonly path?: string | undefined;
  readonly model?: string | undefined;
  /** One scenario for every call that matches, or a script: the first for the first call, and so on. */
  readonly scenario: string | readonly string[];
  /** How many calls it holds for. A script always ends with its last scenario. */
  readonly times?: number | undefined;
  /** It ends by itself after so many milliseconds. */
  readonly forMs?: number | undefined;
}

/** What a rule is asked about. */
export interface RuledCall {
  readonly key: string;
  readonly path: string;
  readonly model: string | undefined;
}

export interface Misbehaviour {
  /** The scenario as it was written; empty where none is played. */
  readonly text: string;
  readonly faults: readonly Fault[];
  readonly endsInMs: number | undefined;
}

interface StandingRule {
  readonly rule: FaultRule;
  readonly scenarios: readonly Scenario[];
  readonly endsAt: number | undefined;
  used: number;
  left: number;
}

/** Scenarios with `*N` that are counted at once, before the oldest counts are forgotten. */
const countsKept = 10_000;

/** All rules, in the order they were made; the first that matches a call decides about it. */
export class FaultRules {
  readonly #standing = new Set<StandingRule>();
  /** How often a `scenario*N` of a path, header or model name has been used, by key and text. */
  readonly #counts = new Map<string, number>();

  /**
   * @returns takes the rule back
   * @throws ScenarioError
   */
  add(rule: FaultRule, now: number): () => void {
    const texts = typeof rule.scenario === 'string' ? [rule.scenario] : rule.scenario;
    const isScript = typeof rule.scenario !== 'string';
    const standing: StandingRule = {
      rule,
      scenarios: texts.map(readScenario),
      endsAt: rule.forMs === undefined ? undefined : now + rule.forMs,
      used: 0,
      left: isScript ? texts.length : (rule.times ?? Number.POSITIVE_INFINITY),
    };
    this.#standing.add(standing);
    return () => {
      this.#standing.delete(standing);
    };
  }

  clear(): void {
    this.#standing.clear();
    this.#counts.clear();
  }

  /** The rules that still hold, as they were given, with the calls that are left to them. */
  list(now: number): object[] {
    this.#expire(now);
    return [...this.#standing].map(({ rule, left, used, endsAt }) => ({
      ...rule,
      used,
      left: Number.isFinite(left) ? left : null,
      ends_in_ms: endsAt === undefined ? null : endsAt - now,
    }));
  }

  /** How the rules make `call` misbehave. Asking uses a rule up, so ask once a call. */
  pick(call: RuledCall, now: number): Misbehaviour | undefined {
    if (this.#standing.size === 0) return undefined;
    this.#expire(now);
    for (const standing of this.#standing) {
      if (!matches(standing.rule, call)) continue;
      const scenario = standing.scenarios[Math.min(standing.used, standing.scenarios.length - 1)];
      standing.used += 1;
      standing.left -= 1;
      if (standing.left <= 0) this.#standing.delete(standing);
      const endsInMs = standing.endsAt === undefined ? undefined : standing.endsAt - now;
      return { text: scenario?.text ?? '', faults: scenario?.faults ?? [], endsInMs };
    }
    return undefined;
  }

  /**
   * What a call itself asks for. A `…*N` is counted by key and text.
   *
   * @throws ScenarioError
   */
  asked(text: string, key: string): Misbehaviour {
    const { faults, times } = readScenario(text);
    if (times === undefined) return { text, faults, endsInMs: undefined };
    const name = `${key} ${text}`;
    const used = this.#counts.get(name) ?? 0;
    if (this.#counts.size >= countsKept && used === 0) this.#counts.clear();
    this.#counts.set(name, used + 1);
    return used < times
      ? { text, faults, endsInMs: undefined }
      : { text: '', faults: [], endsInMs: undefined };
  }

  #expire(now: number): void {
    for (const standing of this.#standing) {
      if (standing.endsAt !== undefined && standing.endsAt <= now) this.#standing.delete(standing);
    }
  }
}

function matches(rule: FaultRule, call: RuledCall): boolean {
  if (rule.key !== undefined && rule.key !== call.key) return false;
  if (rule.model !== undefined && rule.model !== call.model) return false;
  const path = rule.path ?? '/v1/messages';
  return path.endsWith('*') ? call.path.startsWith(path.slice(0, -1)) : call.path === path;
}
