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

/** The first value of `name`, in whatever case; undefined where there is none. */
export function header(list: HeaderList, name: string): string | undefined {
  const wanted = lowerName(name);
  for (let at = 0; at + 1 < list.length; at += 2) {
    const here = list[at];
    if (here !== undefined && here.length === wanted.length && lowerName(here) === wanted)
      return list[at + 1];
  }
  return undefined;
}

/** Every value of `name`, in whatever case, in order. */
export function headerValues(list: HeaderList, name: string): string[] {
  const wanted = lowerName(name);
  const values: string[] = [];
  for (let at = 0; at + 1 < list.length; at += 2) {
    const here = list[at] ?? '';
    if (here.length === wanted.length && lowerName(here) === wanted) values.push(list[at + 1] ?? '');
  }
  return values;
}

/** How often `name` is there, in whatever case. */
export function headerCount(list: HeaderList, name: string): number {
  const wanted = lowerName(name);
  let count = 0;
  for (let at = 0; at + 1 < list.length; at += 2) {
    const here = list[at] ?? '';
    if (here.length === wanted.length && lowerName(here) === wanted) count += 1;
  }
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
  if (header(list, 'connection') === undefined) return undefined;
  let names: Set<string> | undefined;
  for (const value of headerValues(list, 'connection')) {
    if (usualConnections.has(value)) continue;
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
