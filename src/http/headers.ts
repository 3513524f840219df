/**
 * Headers as they stand on the wire: name, value, name, value, … in order, in their own case,
 * duplicates kept. (The web's `Headers` merges and reorders; a transparent gateway cannot use it.)
 */
export type HeaderList = readonly string[];

/** The first value of `name`, in whatever case; undefined where there is none. */
export function header(list: HeaderList, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (let at = 0; at + 1 < list.length; at += 2) {
    const here = list[at];
    if (here !== undefined && here.length === wanted.length && here.toLowerCase() === wanted)
      return list[at + 1];
  }
  return undefined;
}

/** Every value of `name`, in order. */
export function headerValues(list: HeaderList, name: string): string[] {
  const wanted = name.toLowerCase();
  const values: string[] = [];
  for (const [here, value] of pairs(list)) if (here.toLowerCase() === wanted) values.push(value);
  return values;
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

/** The names that stay on this hop: the fixed ones and those the message's own `Connection` names. */
export function hopNames(list: HeaderList): ReadonlySet<string> {
  const named = headerValues(list, 'connection');
  if (named.length === 0) return hopByHop;
  const all = new Set(hopByHop);
  for (const value of named) for (const token of value.split(',')) all.add(token.trim().toLowerCase());
  return all;
}

/** A copy of `list` without the headers `drop` says yes to (it is given the lower-case name). */
export function without(list: HeaderList, drop: (name: string) => boolean): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = list[at] ?? '';
    if (!drop(name.toLowerCase())) kept.push(name, list[at + 1] ?? '');
  }
  return kept;
}
