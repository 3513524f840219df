import { harmless } from './harmless.ts';
import { mayHoldSecret, redacted } from './redact.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Names under which nothing may be told. A secret that goes by another one is known by its shape. */
interface NoSecrets {
  readonly authorization?: never;
  readonly cookie?: never;
  readonly apiKey?: never;
  readonly token?: never;
  readonly accessToken?: never;
  readonly refreshToken?: never;
  readonly secret?: never;
  readonly clientSecret?: never;
  readonly password?: never;
  readonly passphrase?: never;
  readonly body?: never;
  readonly headers?: never;
}

/** Facts of one line. Values are for machines: no bodies, no credentials, no header lists. */
export type LogFacts = Readonly<Record<string, string | number | boolean | null | undefined>> & NoSecrets;

/** One line of the log, before it is written in one way or another; no secret is in it any more. */
export interface LogEntry {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly level: LogLevel;
  readonly event: string;
  readonly facts: LogFacts;
}

/** Longer text is no sentence (characters). */
const mostLooked = 16_384;
/** What a line shows of one text (characters). */
const mostShown = 2_000;

/** The entry as one JSON object with a line end, and itself without secrets. */
export function sealedLine(entry: LogEntry): { readonly json: string; readonly entry: LogEntry } {
  const json = jsonText(entry);
  if (json.length <= mostShown && !mayHoldSecret(json)) return { json: harmless(json), entry };
  const facts = Object.entries(entry.facts).map(
    ([name, value]) => [name, typeof value === 'string' ? sealed(value) : value] as const,
  );
  const clean = { ...entry, event: sealed(entry.event), facts: Object.fromEntries(facts) };
  return { json: harmless(jsonText(clean)), entry: clean };
}

/** Cut twice: so that looking through it costs nobody much, and where a secret may have stood no longer. */
function sealed(text: string): string {
  const shown = redacted(text.slice(0, mostLooked));
  return shown.length > mostShown ? `${shown.slice(0, mostShown)}…` : shown;
}

/** The facts follow time, level and event without being copied. */
function jsonText({ at, level, event, facts }: LogEntry): string {
  const rest = JSON.stringify(facts).slice(1);
  const comma = rest === '}' ? '' : ',';
  return `{"time":"${timeText(at)}","level":"${level}","event":${JSON.stringify(event)}${comma}${rest}\n`;
}

/** The second that was told last, as lines begin with it: thousands of lines are of the same one. */
const told = { second: Number.NaN, text: '' };

/** The moment as `Date` writes it (ISO 8601, UTC). */
function timeText(at: number): string {
  const moment = Math.trunc(at);
  const second = Math.floor(moment / 1000);
  if (second !== told.second) {
    told.text = new Date(second * 1000).toISOString().slice(0, -'000Z'.length);
    told.second = second;
  }
  return `${told.text}${digits(moment - second * 1000, 3)}Z`;
}

/** What {@link sealedLine} wrote, read back; undefined for what is no line of a log. */
export function entryFrom(json: string): LogEntry | undefined {
  const read = objectFrom(json);
  if (read === undefined) return undefined;
  const { time, level, event, ...rest } = read;
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  const known = logLevels.find((one) => one === level);
  if (Number.isNaN(at) || known === undefined || typeof event !== 'string') return undefined;
  const facts = Object.entries(rest).map(
    ([name, value]) => [name, isPlain(value) ? value : JSON.stringify(value)] as const,
  );
  return { at, level: known, event, facts: Object.fromEntries(facts) };
}

function objectFrom(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const read: unknown = JSON.parse(json);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- any object is one
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isPlain(value: unknown): value is LogFacts[string] {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

const colourOf = { debug: 90, info: 36, warn: 33, error: 31 } as const satisfies Record<LogLevel, number>;

export interface PrettyOptions {
  readonly colour: boolean;
  /** The day goes before the time. */
  readonly withDay?: boolean;
}

/** The entry for a person, in local time, with a line end. */
export function prettyLine(
  { at, level, event, facts }: LogEntry,
  { colour, withDay = false }: PrettyOptions,
): string {
  const paint = (code: number, text: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const pairs = Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${paint(90, `${plainValue(name)}=`)}${plainValue(value)}`);
  const time = withDay ? `${localDay(at)} ${localTime(at)}` : localTime(at);
  return `${paint(90, time)} ${paint(colourOf[level], level.padEnd(5))} ${[plainEvent(event), ...pairs].join(' ')}\n`;
}

function localTime(at: number): string {
  const date = new Date(at);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => digits(part, 2));
  return `${parts.join(':')}.${digits(date.getMilliseconds(), 3)}`;
}

function localDay(at: number): string {
  const date = new Date(at);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => digits(part, 2)).join('-');
}

function digits(part: number, count: number): string {
  return String(part).padStart(count, '0');
}

/** Quotes what would break the line apart or, from a stranger, drive the terminal. */
function plainValue(value: LogFacts[string]): string {
  const text = String(value);
  return /^[\x21\x23-\x7e]+$/.test(text) ? text : harmless(JSON.stringify(text));
}

/** Ours, a fixed phrase; but a line that is read back from a file may say anything. */
function plainEvent(event: string): string {
  return /^[\x20-\x7e]*$/.test(event) ? event : harmless(JSON.stringify(event));
}
