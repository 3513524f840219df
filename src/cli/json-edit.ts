/** A value in a JSON text: where it stands, and for an object its members. */
interface Value {
  readonly start: number;
  readonly end: number;
  readonly members: readonly Member[] | undefined;
}

interface Member {
  readonly key: string;
  readonly start: number;
  readonly value: Value;
}

/**
 * The JSON object `text` with `value` at `path`, every other byte as it was. Objects on the way are made
 * where they are missing; a value there that is no object is replaced.
 *
 * @throws SyntaxError where `text` is not a JSON object
 */
export function withMember(text: string, path: readonly string[], value: unknown): string {
  const [key, ...deeper] = path;
  if (key === undefined) return text;
  const outer = parents(text, path);
  const last = outer.at(-1);
  if (last === undefined) throw new SyntaxError('not a JSON object');
  const missing = path.slice(outer.length - 1);
  const present = deeper.length + 1 === outer.length ? memberOf(last, path.at(-1) ?? '') : undefined;
  if (present !== undefined)
    return splice(text, present.value, printed(value, text, indentAt(text, present.start)));
  const [name = '', ...inner] = missing;
  let nested = value;
  for (const step of inner.toReversed()) nested = { [step]: nested };
  const replaced = memberOf(last, name);
  if (replaced !== undefined) {
    return splice(text, replaced.value, printed(nested, text, indentAt(text, replaced.start)));
  }
  return insert(text, last, name, nested);
}

/**
 * The JSON object `text` without what is at `path`; as it is where nothing is there.
 *
 * @throws SyntaxError where `text` is not a JSON object
 */
export function withoutMember(text: string, path: readonly string[]): string {
  const outer = parents(text, path);
  const last = outer.at(-1);
  if (last?.members === undefined || outer.length !== path.length) return text;
  const at = last.members.findLastIndex(({ key }) => key === path.at(-1));
  const member = last.members[at];
  if (member === undefined) return text;
  const before = last.members[at - 1];
  const after = last.members[at + 1];
  const from = before?.value.end ?? (after === undefined ? last.start + 1 : member.start);
  const to = after === undefined || before !== undefined ? member.value.end : after.start;
  const shorter = text.slice(0, from) + text.slice(to);
  if (before === undefined && after === undefined) return withoutBlanks(shorter, last.start);
  // The same key may stand there twice; a reader takes the last one, so none may stay.
  return withoutMember(shorter, path);
}

/** The value at `path`, or undefined. @throws SyntaxError */
export function memberAt(text: string, path: readonly string[]): unknown {
  let here: unknown = JSON.parse(text);
  for (const key of path) {
    if (typeof here !== 'object' || here === null || Array.isArray(here) || !Object.hasOwn(here, key))
      return undefined;
    here = Object.entries(here).find(([name]) => name === key)?.[1];
  }
  return here;
}

/** The objects on the way to `path`, from the outermost, as far as they are there. */
function parents(text: string, path: readonly string[]): Value[] {
  const whole: unknown = JSON.parse(text);
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) {
    throw new SyntaxError('it is not an object');
  }
  let here: Value = new Scanner(text).value();
  const outer = [here];
  for (const key of path.slice(0, -1)) {
    const inner = memberOf(here, key)?.value;
    if (inner?.members === undefined) break;
    outer.push(inner);
    here = inner;
  }
  return outer;
}

function memberOf({ members }: Value, key: string): Member | undefined {
  return members?.findLast((member) => member.key === key);
}

function insert(text: string, into: Value, key: string, value: unknown): string {
  const last = into.members?.at(-1);
  const first = into.members?.[0];
  if (last !== undefined && first !== undefined) {
    const blank = text.slice(into.start + 1, first.start);
    const member = `${JSON.stringify(key)}: ${printed(value, text, indentAt(text, first.start))}`;
    return `${text.slice(0, last.value.end)},${blank}${member}${text.slice(last.value.end)}`;
  }
  const outer = indentAt(text, into.start);
  const inner = outer + unitOf(text);
  const line = lineEndOf(text);
  const member = `${JSON.stringify(key)}: ${printed(value, text, inner)}`;
  return `${text.slice(0, into.start)}{${line}${inner}${member}${line}${outer}}${text.slice(into.end)}`;
}

function withoutBlanks(text: string, start: number): string {
  return text.slice(0, start + 1) + text.slice(start + 1).replace(/^\s*\}/, '}');
}

function splice(text: string, { start, end }: Value, content: string): string {
  return text.slice(0, start) + content + text.slice(end);
}

/** `value` as it would stand in this file behind an indent of `indent`. */
function printed(value: unknown, text: string, indent: string): string {
  const lines = JSON.stringify(value, undefined, unitOf(text)).split('\n');
  return lines.join(lineEndOf(text) + indent);
}

function indentAt(text: string, position: number): string {
  const line = text.slice(text.lastIndexOf('\n', position - 1) + 1, position);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** One step of indentation: that of the first indented line. */
function unitOf(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
}

function lineEndOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** Finds where everything stands in a text that is known to be JSON. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): Value {
    this.#blanks();
    const start = this.#at;
    const members = this.#peek() === '{' ? this.#object() : undefined;
    if (members === undefined) this.#skip();
    return { start, end: this.#at, members };
  }

  #object(): Member[] {
    const members: Member[] = [];
    this.#at += 1;
    this.#blanks();
    while (this.#peek() !== '}') {
      const start = this.#at;
      this.#skip();
      const key = String(JSON.parse(this.#text.slice(start, this.#at)));
      this.#blanks();
      this.#at += 1;
      members.push({ key, start, value: this.value() });
      this.#blanks();
      if (this.#peek() === ',') this.#at += 1;
      this.#blanks();
    }
    this.#at += 1;
    return members;
  }

  /** Goes behind one string, number, word or list. */
  #skip(): void {
    const rest = this.#text.slice(this.#at);
    const simple = /^"(?:[^"\\]|\\.)*"|^[^\s,:[\]{}"]+/.exec(rest);
    if (simple !== null) {
      this.#at += simple[0].length;
      return;
    }
    this.#at += 1;
    this.#blanks();
    while (this.#peek() !== ']') {
      this.value();
      this.#blanks();
      if (this.#peek() === ',') this.#at += 1;
      this.#blanks();
    }
    this.#at += 1;
  }

  #blanks(): void {
    while (/\s/.test(this.#peek())) this.#at += 1;
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }
}
