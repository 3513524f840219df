/** A block of a document between fences. */
export interface Block {
  /** What stands behind the fence: `sh`, `toml`, nothing. */
  readonly language: string;
  readonly text: string;
  /** Of its first line, from 1. */
  readonly line: number;
}

/** The fenced blocks of a text in Markdown; those in lists too. */
export function blocksIn(markdown: string): Block[] {
  const found: Block[] = [];
  let open: { language: string; line: number; lines: string[]; indent: number } | undefined;
  for (const [at, line] of markdown.split(/\r?\n/).entries()) {
    const [, indent = '', language = ''] = /^(\s*)```(\w*)\s*$/.exec(line) ?? [];
    const isFence = /^\s*```/.test(line);
    if (isFence && open === undefined) open = { language, line: at + 2, lines: [], indent: indent.length };
    else if (isFence && open !== undefined) {
      found.push({ language: open.language, line: open.line, text: open.lines.join('\n') });
      open = undefined;
    } else open?.lines.push(line.slice(open.indent));
  }
  return found;
}

const program = /(?:^|[/\\])claude-code-proxy(?:\.exe)?$/;

/** What may stand before a command: variables, other users, containers. */
const before: readonly RegExp[] = [
  /^(?:[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\$\([^)]*\)|\S*)\s+)+/,
  /^env\s+/,
  /^sudo(?:\s+-u\s+\S+|\s+-[A-Z]+)*\s+/,
  /^docker\s+compose(?:\s+--file\s+\S+)*\s+exec\s+\S+\s+/,
  /^docker\s+exec(?:\s+-\w+)*\s+\S+\s+/,
  /^kubectl\s+exec(?:\s+-\w+)*\s+\S+\s+--\s+/,
];

/** The command lines of this program in a text that a shell would read, as words. */
export function ourCommandsIn(text: string): string[][] {
  const inner = [...text.matchAll(/--command "([^"]+)"/g)].map(([, line = '']) => line);
  return [...text.replaceAll(/\s*\\\n\s*/g, ' ').split('\n'), ...inner].flatMap((line) =>
    segments(withoutRemark(line)).flatMap((segment) => {
      // Behind two blanks stands what it does, in blocks that are no scripts.
      const words = wordsOf(withoutBefore(segment.trim()).replace(/ {2,}.*$/, ''));
      const [first = ''] = words;
      return program.test(first) ? [words.slice(1)] : [];
    }),
  );
}

function withoutRemark(line: string): string {
  return line.replace(/(?:^|\s)#.*$/, '');
}

/** A line at what separates commands, and at where input and output go; not within quotes. */
function segments(line: string): string[] {
  const parts = line.matchAll(/(?:"[^"]*"|'[^']*'|[^|&;<>"'])+|[|&;<>]+/g);
  const all = [...parts].map(([part]) => part);
  // What follows `<` and `>` is a file, or what is read from another command; a number right before is a descriptor.
  return all.flatMap((part, at) => {
    if (/^[|&;<>]+$/.test(part) || /[<>]$/.test(all[at - 1] ?? '')) return [];
    return /^[<>]/.test(all[at + 1] ?? '') ? part.replace(/\s\d$/, '') : part;
  });
}

function withoutBefore(segment: string): string {
  for (const pattern of before) if (pattern.test(segment)) return withoutBefore(segment.replace(pattern, ''));
  return segment;
}

function wordsOf(text: string): string[] {
  const words = text.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}
