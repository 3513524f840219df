import { isDeepStrictEqual } from 'node:util';
import { patch } from '@decimalturn/toml-patch';
import { parse } from 'smol-toml';
import { messageOf } from '../base/errors.ts';
import { Problem } from '../base/problem.ts';
import { KeyPositions, type KeyPath } from './key-positions.ts';

/** What is to stand in the settings file at `path`; undefined takes away what stands there. */
export interface Edit {
  readonly path: KeyPath;
  readonly value: unknown;
}

/**
 * The text of a settings file with `edits` made in it: comments, order and everything else stay as they are. What
 * comes out is read again, and must say what was asked for and nothing more.
 *
 * @param toml a text that can be read
 * @throws Problem config-edit-failed
 */
export function editedToml(toml: string, edits: readonly Edit[]): string {
  const wanted: Table = parse(toml);
  let text = toml;
  for (const { path, value } of edits) {
    const there: unknown = tableAt(wanted, path.slice(0, -1))?.[path.at(-1) ?? ''];
    if (value === undefined && isTable(there)) text = withoutTable(text, path, wanted);
    else if (value === undefined) remove(wanted, path);
    else {
      text = withHeading(text, wanted, path);
      put(wanted, path, value);
    }
  }
  const after = patched(text, wanted);
  if (!isDeepStrictEqual(plain(parse(after)), plain(wanted))) throw failed();
  return after;
}

type Table = Record<string, unknown>;

/** A table of its own is written under a heading, as people do, and not in braces. */
function withHeading(text: string, document: Table, path: KeyPath): string {
  const table = path.slice(0, -1);
  if (table.length < 2 || tableAt(document, table) !== undefined) return text;
  put(document, table, {});
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const gap = text === '' ? '' : text.endsWith('\n') ? end : end + end;
  return `${text}${gap}[${table.join('.')}]${end}`;
}

/**
 * Takes a table out value by value, then its heading: the comments behind it, up to the next heading, may be about
 * anything and stay.
 */
function withoutTable(text: string, path: KeyPath, document: Table): string {
  put(document, path, {});
  const emptied = patched(text, document);
  remove(document, path);
  const line = new KeyPositions(emptied).of(path)?.line ?? 0;
  const lines = emptied.split('\n');
  if (!/^\s*\[[^[\]]+\]\s*(?:#.*)?$/.test(lines[line - 1] ?? '')) return emptied;
  return lines.toSpliced(line - 1, 1).join('\n');
}

function tableAt(document: Table, path: KeyPath): Table | undefined {
  let table: Table | undefined = document;
  for (const name of path) {
    const next: unknown = table?.[name];
    table = isTable(next) ? next : undefined;
  }
  return table;
}

function put(document: Table, path: KeyPath, value: unknown): void {
  let table = document;
  for (const name of path.slice(0, -1)) {
    const next = table[name];
    const inner = isTable(next) ? next : {};
    table[name] = inner;
    table = inner;
  }
  table[path.at(-1) ?? ''] = value;
}

function remove(document: Table, path: KeyPath): void {
  const table = tableAt(document, path.slice(0, -1));
  if (table !== undefined) Reflect.deleteProperty(table, path.at(-1) ?? '');
}

function patched(text: string, wanted: Table): string {
  try {
    return patch(text, wanted);
  } catch (cause) {
    throw failed(messageOf(cause));
  }
}

/** What a document says, for a comparison: a table that is empty says nothing. */
function plain(document: Table): Table {
  const said = Object.entries(document).flatMap(([name, value]): [string, unknown][] => {
    if (!isTable(value)) return [[name, value]];
    const inner = plain(value);
    return Object.keys(inner).length === 0 ? [] : [[name, inner]];
  });
  return Object.fromEntries(said);
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function failed(reason?: string): Problem {
  const why = reason === undefined ? '' : ` (${reason})`;
  return new Problem(
    'config-edit-failed',
    `The settings file could not be changed without touching anything else in it${why}.`,
    'Nothing was written. Change it in an editor; the proxy takes it from there.',
  );
}
