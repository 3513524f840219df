/**
 * Headers as they stand on the wire: name, value, name, value, … in order, in their own case,
 * duplicates kept. (The web's `Headers` merges and reorders; a transparent gateway cannot use it.)
 */
export type HeaderList = readonly string[];

/** Strangers can send any name; beyond this nothing new is remembered. */
const mostKnown = 2_000;
const longestKnown = 64;

/**
 * What `decide` says of a header name, given in any case; it is asked with the name in lower case, once for
 * each spelling: clients send the same few over and over.
 */
export function decidedByName<T>(decide: (lower: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const decided = decide(name.toLowerCase());
    if (known.size < mostKnown && name.length <= longestKnown) known.set(name, decided);
    return decided;
  };
}

/** The name of a header in lower case, from memory where it was seen before. */
export const lowerName = decidedByName((lower) => lower);

/** Whether a header called `here` is the one called `name`: most differ in length, and of the rest most are spelled alike. */
function isCalled(here: string | undefined, name: string): boolean {
  if (here === undefined || here.length !== name.length) return false;
  return here === name || lowerName(here) === lowerName(name);
}

/** The first value of `name`, in whatever case; undefined where there is none. */
export function header(list: HeaderList, name: string): string | undefined {
  for (let at = 0; at + 1 < list.length; at += 2) if (isCalled(list[at], name)) return list[at + 1];
  return undefined;
}

/** Every value of `name`, in whatever case, in order. */
export function headerValues(list: HeaderList, name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at + 1 < list.length; at += 2)
    if (isCalled(list[at], name)) values.push(list[at + 1] ?? '');
  return values;
}

/** How often `name` is there, in whatever case. */
export function headerCount(list: HeaderList, name: string): number {
  let count = 0;
  for (let at = 0; at + 1 < list.length; at += 2) if (isCalled(list[at], name)) count += 1;
  return count;
}

/** The list as pairs. */
export function* pairs(list: HeaderList): Generator<[name: string, value: string]> {
  for (let at = 0; at + 1 < list.length; at += 2) yield [list[at] ?? '', list[at + 1] ?? ''];
}

/** Headers that describe one hop and never travel past it (RFC 9110 §7.6.1), and their forerunners. */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Whether a header of this name (in lower case) never travels past its hop, whatever the message says. */
export function isHopByHop(name: string): boolean {
  return hopByHop.has(name);
}

/** What nearly every message says of its connection: nothing that names a header. */
const usualConnections: ReadonlySet<string> = new Set(['keep-alive', 'close', 'Keep-Alive', 'Close']);

/** The further names that the message's own `Connection` keeps on this hop; undefined where it names none. */
export function namedHops(list: HeaderList): ReadonlySet<string> | undefined {
  let names: Set<string> | undefined;
  for (let at = 0; at + 1 < list.length; at += 2) {
    const value = list[at + 1] ?? '';
    if (!isCalled(list[at], 'connection') || usualConnections.has(value)) continue;
    names ??= new Set();
    for (const token of value.split(',')) names.add(token.trim().toLowerCase());
  }
  return names;
}

/** A copy of `list` without the headers `drop` says yes to (it is given the lower-case name). */
export function without(list: HeaderList, drop: (name: string) => boolean): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = list[at] ?? '';
    if (!drop(lowerName(name))) kept.push(name, list[at + 1] ?? '');
  }
  return kept;
}
