/** Where the value of a setting comes from, in rising precedence. */
export type Source =
  | { readonly from: 'default' }
  | { readonly from: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly from: 'environment'; readonly variable: string }
  | { readonly from: 'flag'; readonly flag: string }
  /** A command sets it by itself, as `demo` points the proxy at its simulator. */
  | { readonly from: 'command' };

/** For people: `default`, `/home/ann/.claude-code-proxy/config.toml:3:1`, `environment CCPROXY_PORT`, `flag --port`. */
export function sourceText(source: Source): string {
  if (source.from === 'file') return `${source.file}:${source.line}:${source.column}`;
  if (source.from === 'environment') return `environment ${printable(source.variable)}`;
  if (source.from === 'flag') return `flag ${source.flag}`;
  return source.from === 'command' ? 'this command' : 'default';
}

/** Names come from outside: nothing in them may drive the terminal, reorder the line or flood it. */
export function printable(text: string): string {
  const code = (letter: string): string => `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`;
  const safe = text.replaceAll(/[^\x20-\x7e]/gu, code);
  return safe.length > 80 ? `${safe.slice(0, 79)}…` : safe;
}
