/** A place in a text; line and column count from 1, columns in UTF-16 units as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The names on the way to a value; an item of a list is named by its number: `['a', '0', 'b']`. */
export type KeyPath = readonly string[];

/**
 * Finds where each key, table and list item of a TOML document stands (TOML 1.0 and 1.1). The parser
 * keeps no positions, so this reads the text a second time. It relies on the parser having accepted
 * the text, and on anything else ends early rather than never.
 */
export class KeyPositions {
  readonly #lineStarts: readonly number[];
  readonly #offsets = new Map<string, number>();

  constructor(toml: string) {
    const breaks = [...toml.matchAll(/\n/g)].map(({ index }) => index + 1);
    this.#lineStarts = [0, ...breaks];
    new Scanner(toml, (path, offset) => {
      const id = idOf(path);
      if (!this.#offsets.has(id)) this.#offsets.set(id, offset);
    }).document();
  }

  /** Where `path` first stands, or the nearest thing around it; undefined for what is nowhere near. */
  of(path: KeyPath): Position | undefined {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = this.#offsets.get(idOf(path.slice(0, length)));
      if (offset !== undefined) return this.#positionAt(offset);
    }
    return undefined;
  }

  /** Every path that was found, in the order of the text. */
  paths(): KeyPath[] {
    return [...this.#offsets.keys()].map((id) => id.split(separator).slice(1));
  }

  #positionAt(offset: number): Position {
    const line = this.#lineStarts.findLastIndex((start) => start <= offset);
    return { line: line + 1, column: offset - (this.#lineStarts[line] ?? 0) + 1 };
  }
}

/** TOML allows NUL nowhere but as an escape in a quoted key, where two paths may share an id: no harm. */
const separator = '\0';

function idOf(path: KeyPath): string {
  return separator + path.join(separator);
}

class Scanner {
  readonly #text: string;
  readonly #found: (path: KeyPath, offset: number) => void;
  /** How many elements each array of tables has so far. */
  readonly #elements = new Map<string, number>();
  #at = 0;

  constructor(text: string, found: (path: KeyPath, offset: number) => void) {
    this.#text = text;
    this.#found = found;
  }

  document(): void {
    let table: KeyPath = [];
    this.#skipBlank();
    while (this.#at < this.#text.length) {
      const before = this.#at;
      if (this.#text[this.#at] === '[') table = this.#header();
      else this.#pair(table);
      this.#skipBlank();
      if (this.#at === before) this.#at += 1;
    }
  }

  /** `[a.b]` or `[[a.b]]`: the path of the table it opens. Under an array of tables that is its last element. */
  #header(): KeyPath {
    this.#at += 1;
    const isElement = this.#text[this.#at] === '[';
    if (isElement) this.#at += 1;
    const names = this.#names();
    let path: KeyPath = [];
    for (const [index, { name, offset }] of names.entries()) {
      path = [...path, name];
      this.#found(path, offset);
      const id = idOf(path);
      const isNew = isElement && index === names.length - 1;
      if (isNew) this.#elements.set(id, (this.#elements.get(id) ?? 0) + 1);
      const count = this.#elements.get(id);
      if (count === undefined) continue;
      path = [...path, String(count - 1)];
      this.#found(path, offset);
    }
    this.#at += isElement ? 2 : 1;
    return path;
  }

  /** `a.b = value`, in a table or in braces. */
  #pair(table: KeyPath): void {
    let path = table;
    for (const { name, offset } of this.#names()) {
      path = [...path, name];
      this.#found(path, offset);
    }
    if (this.#text[this.#at] === '=') this.#at += 1;
    this.#skipBlank();
    this.#value(path);
  }

  #value(path: KeyPath): void {
    const first = this.#text[this.#at];
    if (first === '"' || first === "'") this.#string();
    else if (first === '[') this.#list(path);
    else if (first === '{') this.#braces(path);
    else while (this.#at < this.#text.length && !/[,\]}#\n]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #list(path: KeyPath): void {
    let index = 0;
    this.#items(']', () => {
      const item = [...path, String(index)];
      this.#found(item, this.#at);
      this.#value(item);
      index += 1;
    });
  }

  #braces(path: KeyPath): void {
    this.#items('}', () => {
      this.#pair(path);
    });
  }

  #items(end: string, item: () => void): void {
    this.#at += 1;
    this.#skipBlank();
    while (this.#at < this.#text.length && this.#text[this.#at] !== end) {
      const before = this.#at;
      item();
      this.#skipBlank();
      if (this.#text[this.#at] === ',') this.#at += 1;
      this.#skipBlank();
      if (this.#at === before) this.#at += 1;
    }
    this.#at += 1;
  }

  /** The parts of a dotted key; stops at the first character after it. */
  #names(): { name: string; offset: number }[] {
    const names: { name: string; offset: number }[] = [];
    for (;;) {
      this.#skipBlank();
      const offset = this.#at;
      names.push({ name: this.#name(), offset });
      this.#skipBlank();
      if (this.#text[this.#at] !== '.') return names;
      this.#at += 1;
    }
  }

  #name(): string {
    const start = this.#at;
    const quote = this.#text[start];
    if (quote === '"' || quote === "'") {
      this.#string();
      const inner = this.#text.slice(start + 1, this.#at - 1);
      return quote === '"' ? unescaped(inner) : inner;
    }
    while (/[\w-]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    return this.#text.slice(start, this.#at);
  }

  /** Any of the four sorts of string. A long one may end in up to two quotes of its own. */
  #string(): void {
    const quote = this.#text[this.#at] ?? '';
    const isLong = this.#text.startsWith(quote.repeat(3), this.#at);
    const end = isLong ? quote.repeat(3) : quote;
    this.#at += end.length;
    while (this.#at < this.#text.length && !this.#text.startsWith(end, this.#at)) {
      this.#at += quote === '"' && this.#text[this.#at] === '\\' ? 2 : 1;
    }
    this.#at += end.length;
    if (!isLong) return;
    for (let more = 0; more < 2 && this.#text[this.#at] === quote; more += 1) this.#at += 1;
  }

  #skipBlank(): void {
    const blank = /(?:[ \t\r\n]+|#[^\n]*)*/y;
    blank.lastIndex = this.#at;
    this.#at += blank.exec(this.#text)?.[0].length ?? 0;
  }
}

const shortEscapes = new Map([
  ['b', '\b'],
  ['t', '\t'],
  ['n', '\n'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
]);

function unescaped(text: string): string {
  const hex = '[0-9a-fA-F]';
  const escape = new RegExp(String.raw`\\(?:x(${hex}{2})|u(${hex}{4})|U(${hex}{8})|(.))`, 'g');
  return text.replaceAll(escape, (_, x?: string, u?: string, long?: string, short = '') => {
    const digits = x ?? u ?? long;
    if (digits !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(digits, 16), 0x10_ff_ff));
    return shortEscapes.get(String(short)) ?? String(short);
  });
}
