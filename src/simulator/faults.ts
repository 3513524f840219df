import { codings } from './coding.ts';
import { errorCodes } from './error-codes.ts';
import { errorStatuses } from './errors.ts';

/** One misbehaviour, as it was asked for. */
export interface Fault {
  readonly name: string;
  /** What stands behind the name: a number, a place in the stream or a word. */
  readonly arg: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Misbehaviours that happen together in one call. */
export interface Scenario {
  readonly text: string;
  readonly faults: readonly Fault[];
  /** Only the first so many calls that come with this text misbehave; undefined: all. */
  readonly times: number | undefined;
}

interface FaultKind {
  /** `instead`: no work is done; `delay`: before it; `content`: what is answered; `shape`: how. */
  readonly stage: 'instead' | 'delay' | 'content' | 'shape' | 'nothing';
  readonly takes: 'nothing' | 'number' | 'place' | 'word';
  /** The argument when none is given; without one it must be given. */
  readonly fallback?: string;
}

/** Places in a stream that have a name; a number of events works as well. */
export const places = ['head', 'start', 'thinking', 'text', 'tool', 'block', 'delta'] as const;

export const limitClaims = ['5h', '7d', '7d_opus', '7d_sonnet', 'overage'] as const;

const kinds: Readonly<Record<string, FaultKind>> = {
  ok: { stage: 'nothing', takes: 'nothing' },
  error: { stage: 'instead', takes: 'number' },
  'spend-limit': { stage: 'instead', takes: 'nothing' },
  billing: { stage: 'instead', takes: 'nothing' },
  'prompt-too-long': { stage: 'instead', takes: 'nothing' },
  'invalid-signature': { stage: 'instead', takes: 'nothing' },
  throttle: { stage: 'instead', takes: 'nothing' },
  limit: { stage: 'instead', takes: 'word' },
  html: { stage: 'instead', takes: 'nothing' },
  empty: { stage: 'instead', takes: 'nothing' },
  redirect: { stage: 'instead', takes: 'nothing' },
  reset: { stage: 'instead', takes: 'nothing' },
  silent: { stage: 'instead', takes: 'nothing' },
  'slow-head': { stage: 'delay', takes: 'number', fallback: '10000' },
  huge: { stage: 'content', takes: 'number', fallback: '1000000' },
  stop: { stage: 'content', takes: 'word' },
  'oauth-error': { stage: 'content', takes: 'word' },
  'lie-iss': { stage: 'content', takes: 'nothing' },
  'lie-state': { stage: 'content', takes: 'nothing' },
  'lie-type': { stage: 'content', takes: 'nothing' },
  'lie-lifetime': { stage: 'content', takes: 'word', fallback: '1e300' },
  'lie-endpoint': { stage: 'content', takes: 'nothing' },
  'slow-first': { stage: 'shape', takes: 'number', fallback: '10000' },
  silence: { stage: 'shape', takes: 'place', fallback: 'start' },
  cut: { stage: 'shape', takes: 'place', fallback: 'text' },
  end: { stage: 'shape', takes: 'place', fallback: 'text' },
  'error-event': { stage: 'shape', takes: 'place', fallback: 'head' },
  pings: { stage: 'shape', takes: 'number', fallback: '27000' },
  comments: { stage: 'shape', takes: 'number', fallback: '27000' },
  'unknown-event': { stage: 'shape', takes: 'nothing' },
  compress: { stage: 'shape', takes: 'word', fallback: '' },
  split: { stage: 'shape', takes: 'number', fallback: '7' },
  headers: { stage: 'shape', takes: 'number', fallback: '100' },
  ...Object.fromEntries(
    errorCodes.map((code) => [code, { stage: 'instead', takes: 'nothing' } satisfies FaultKind]),
  ),
};

/** Every option a fault may have. */
export const optionNames: ReadonlySet<string> = new Set([
  'retry-after',
  'retry-after-ms',
  'should-retry',
  'message',
  'type',
  'reset',
  'every',
  'at',
  'ms',
  'early',
]);

/** Every fault there is. */
export const faultNames: readonly string[] = Object.keys(kinds);

// 'error-event' must be tried before 'error'.
const longestFirst = faultNames.toSorted((a, b) => b.length - a.length);

/** What a scenario is not. The message says what would be right. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

/**
 * Reads `fault+fault*times`, where a fault is `name`, `name-argument` or either with `;option=value`s:
 * `error-429;retry-after=2*1`, `slow-head-500+compress-gzip`.
 *
 * @throws ScenarioError
 */
export function readScenario(text: string): Scenario {
  const [, body = text, times] = /^(.*)\*(\d+)$/.exec(text) ?? [];
  return {
    text,
    faults: body.split('+').map(readFault),
    times: times === undefined ? undefined : Number(times),
  };
}

function readFault(text: string): Fault {
  const [head = '', ...rest] = text.split(';');
  const name = longestFirst.find((known) => head === known || head.startsWith(`${known}-`));
  const kind = name === undefined ? undefined : kinds[name];
  if (name === undefined || kind === undefined)
    throw new ScenarioError(`There is no fault "${head}". There are: ${faultNames.join(', ')}.`);
  const given = head === name ? undefined : head.slice(name.length + 1);
  const arg = given ?? kind.fallback ?? '';
  checkArgument(name, kind, arg, given !== undefined);
  return { name, arg, options: readOptions(rest) };
}

function readOptions(texts: readonly string[]): Record<string, string> {
  const options: Record<string, string> = {};
  for (const text of texts) {
    const [, name = text, value = 'true'] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (!optionNames.has(name))
      throw new ScenarioError(`There is no option "${name}". There are: ${[...optionNames].join(', ')}.`);
    options[name] = value;
  }
  return options;
}

function checkArgument(name: string, kind: FaultKind, arg: string, isGiven: boolean): void {
  const isNumber = /^\d{1,9}$/.test(arg);
  if (kind.takes === 'nothing' && isGiven) throw new ScenarioError(`"${name}" takes no argument.`);
  if (kind.takes === 'number' && !isNumber) throw new ScenarioError(`"${name}-…" takes a number.`);
  if (kind.takes === 'place' && !isNumber && !places.some((place) => place === arg))
    throw new ScenarioError(`"${name}-…" takes a number of events or one of ${places.join(', ')}.`);
  if (kind.takes === 'word' && arg === '' && (isGiven || kind.fallback === undefined))
    throw new ScenarioError(`"${name}-…" takes a word.`);
  if (name === 'compress' && isGiven && !codings.some((coding) => coding === arg))
    throw new ScenarioError(`"compress-…" takes one of ${codings.join(', ')}.`);
  if (name === 'error' && !errorStatuses.includes(Number(arg)))
    throw new ScenarioError(`"error-…" takes one of ${errorStatuses.join(', ')}.`);
  if (name === 'limit' && !limitClaims.some((claim) => claim === arg))
    throw new ScenarioError(`"limit-…" takes one of ${limitClaims.join(', ')}.`);
}

/** The faults of `stage`, in the order they were asked for. */
export function faultsOf(faults: readonly Fault[], stage: FaultKind['stage']): Fault[] {
  return faults.filter(({ name }) => kinds[name]?.stage === stage);
}
