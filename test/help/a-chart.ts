/*
 * As much of Helm's templates as our chart uses: `if`, `with`, `range`, fields, pipelines and a handful of functions
 * (https://helm.sh/docs/chart_template_guide/). What it does not know is an error, so the chart stays simple.
 */

type Scope = {
  readonly root: unknown;
  readonly dot: unknown;
  /** Of `range`, with the `$` before their names. */
  readonly variables?: Readonly<Record<string, unknown>>;
};
type Function = (...values: readonly unknown[]) => unknown;

const indented = (width: unknown, text: unknown): string =>
  String(text)
    .split('\n')
    .map((line) => ' '.repeat(Number(width)) + line)
    .join('\n');

const functions: Readonly<Record<string, Function>> = {
  quote: (value) => JSON.stringify(String(value)),
  not: (value) => !isTrue(value),
  default: (fallback, value) => (isTrue(value) ? value : fallback),
  toYaml: (value) => Bun.YAML.stringify(value, null, 2).trimEnd(),
  nindent: (width, text) => `\n${indented(width, text)}`,
  toJson: (value) => JSON.stringify(value),
  sha256sum: (text) => new Bun.CryptoHasher('sha256').update(String(text)).digest('hex'),
  list: (...values) => values,
  kindIs: (kind, value) => typeof value === kind,
  omit: (map, ...names) =>
    Object.fromEntries(Object.entries(map as object).filter(([name]) => !names.includes(name))),
  required: (message, value) => {
    if (isTrue(value)) return value;
    throw new Error(String(message));
  },
};

interface Action {
  readonly before: string;
  readonly words: string;
}

/** A template of the chart, filled in. @throws where a value is required, and for what is not known here */
export function rendered(template: string, values: unknown, release: string): string {
  const actions: Action[] = [];
  // `{{-` and `-}}` take the white space on their side with them.
  const text = template.replaceAll(/\s*\{\{-\s*/g, '{{').replaceAll(/\s*-\}\}\s*/g, '}}');
  let end = 0;
  for (const found of text.matchAll(/\{\{(.*?)\}\}/g)) {
    actions.push({ before: text.slice(end, found.index), words: (found[1] ?? '').trim() });
    end = found.index + found[0].length;
  }
  const root = { Values: values, Release: { Name: release } };
  const result = block(actions, 0, { root, dot: root }, true);
  if (result.next < actions.length) throw new Error('there is an end too many');
  return result.text + text.slice(end);
}

function block(
  actions: readonly Action[],
  start: number,
  scope: Scope,
  isShown: boolean,
): { text: string; next: number } {
  let text = '';
  for (let at = start; at < actions.length; at += 1) {
    const { before, words } = actions[at]!;
    if (isShown) text += before;
    if (words === 'end' || words === 'else') return { text, next: at };
    const [, keyword, rest = ''] = /^(if|with|range) (.*)$/s.exec(words) ?? [];
    if (keyword === undefined) {
      if (isShown) text += String(pipeline(words, scope));
      continue;
    }
    const done =
      keyword === 'range'
        ? repeated(actions, at + 1, rest, scope, isShown)
        : choice(actions, at + 1, { keyword, rest }, scope, isShown);
    text += done.text;
    at = done.next;
  }
  return { text, next: actions.length };
}

type Done = ReturnType<typeof block>;

/** `if` and `with`, up to their `end`. */
function choice(
  actions: readonly Action[],
  start: number,
  { keyword, rest }: { readonly keyword: string; readonly rest: string },
  scope: Scope,
  isShown: boolean,
): Done {
  const value = isShown ? pipeline(rest, scope) : undefined;
  const inner = keyword === 'with' ? { ...scope, dot: value } : scope;
  const yes = block(actions, start, inner, isShown && isTrue(value));
  if (actions[yes.next]?.words !== 'else') return yes;
  const no = block(actions, yes.next + 1, scope, isShown && !isTrue(value));
  return { text: yes.text + no.text, next: no.next };
}

/** `range $key, $value := map`, whose keys Go sorts, up to its `end`. */
function repeated(
  actions: readonly Action[],
  start: number,
  words: string,
  scope: Scope,
  isShown: boolean,
): Done {
  const [, key = '', item = '', map = ''] = /^(\$\w+), (\$\w+) := (.*)$/s.exec(words) ?? [];
  const { next } = block(actions, start, scope, false);
  if (!isShown) return { text: '', next };
  const entries = Object.entries(pipeline(map, scope) as object).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const texts = entries.map(
    ([name, value]) =>
      block(actions, start, { ...scope, variables: { ...scope.variables, [key]: name, [item]: value } }, true)
        .text,
  );
  return { text: texts.join(''), next };
}

function pipeline(words: string, scope: Scope): unknown {
  const [first = '', ...rest] = words.split('|').map((part) => part.trim());
  return rest.reduce((value: unknown, part) => call(part, scope, [value]), call(first, scope, []));
}

function call(words: string, scope: Scope, last: readonly unknown[]): unknown {
  const parts = [...words.matchAll(/"[^"]*"|\S+/g)].map(([part]) => part);
  const [name = '', ...operands] = parts;
  const known = functions[name];
  if (known !== undefined) return known(...operands.map((one) => operand(one, scope)), ...last);
  if (parts.length > 1 || last.length > 0)
    throw new Error(`the chart calls what is not known here: ${words}`);
  return operand(name, scope);
}

function operand(word: string, { root, dot, variables = {} }: Scope): unknown {
  if (word.startsWith('"')) return JSON.parse(word);
  if (/^\d+$/.test(word)) return Number(word);
  if (word === '.') return dot;
  if (Object.hasOwn(variables, word)) return variables[word];
  const isFromRoot = /^\.(?:Values|Release)\b/.test(word);
  return word
    .slice(1)
    .split('.')
    .reduce(
      (value: unknown, key) => {
        if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key))
          throw new Error(`the chart uses ${word}, which values.yaml does not have`);
        return (value as Record<string, unknown>)[key];
      },
      isFromRoot ? root : dot,
    );
}

/** As Go's templates see it: nothing, false, 0, and what is empty. */
function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}
