import { product } from '../../src/base/product.ts';

/** A command line of ours that stands in some file. */
export interface CommandLine {
  /** The file and, where it has one, the line. */
  readonly where: string;
  /** What stands behind the program's name. */
  readonly words: readonly string[];
}

const name = product.binary;

/** Every command line of ours in a file, whatever kind of file that is. */
export function commandLinesIn(path: string, text: string): CommandLine[] {
  if (path.endsWith('Dockerfile')) return [...inDockerfile(path, text), ...inText(path, commentsOf(text))];
  // A chart is no YAML before it is rendered.
  if (/\.ya?ml$/.test(path) && !/helm\/.*templates\//.test(path))
    return [...inYaml(path, text), ...inText(path, commentsOf(text))];
  if (path.endsWith('.toml')) return [...inToml(path, text), ...inText(path, commentsOf(text))];
  return inText(path, text);
}

/** Lines of remarks keep their places, so that numbers of lines stay true. */
function commentsOf(text: string): string {
  return text
    .split('\n')
    .map((line) => (line.trimStart().startsWith('#') ? line.replace(/^\s*#/, '') : ''))
    .join('\n');
}

/**
 * The program's name with words behind it, wherever a command can begin: not as part of a longer name, of a path that
 * is no program, or as an operand of another program.
 */
function inText(path: string, text: string): CommandLine[] {
  return text.split('\n').flatMap((line, at) =>
    [...line.matchAll(start)]
      .filter((found) => !isOperand(line.slice(0, found.index), found[0]))
      .map((found) => ({
        where: `${path}:${at + 1}`,
        words: wordsOf(line.slice(found.index + found[0].length)),
      })),
  );
}

const start = new RegExp(
  String.raw`(?:^|(?<=[\s"'\`(=]))(?:[\w./~{}$"#@-]*/)?${name}(?:\.exe)?["')]*(?=\s+[a-z-])`,
  'g',
);

/** Of another program: `deploy/claude-code-proxy -- …`, `apt install claude-code-proxy`. */
function isOperand(before: string, found: string): boolean {
  const isPath = /(?:^|\/)(?:deploy|lib|share|local\/lib)\/[^/]*$/.test(found);
  return isPath || /(?:install|upgrade|refresh|--tag|secret generic|-S) $/.test(before);
}

/** The words of the rest of a line, as a shell would take them apart, to where the command ends. */
export function wordsOf(rest: string): string[] {
  const words: string[] = [];
  // A word, one in quotes, or what ends a command.
  for (const [part] of rest.matchAll(
    /"[^"]*"|'[^']*'|&&|\|\|?|;|[<>]{1,2}|2>&1|[`")#,]|[^\s"'`;|<>&#,)]+/g,
  )) {
    if (/^(?:&&|\|\|?|;|[<>]{1,2}|[`")#,]|2>&1)$/.test(part)) break;
    // `2>&1`: the number belongs to the redirection.
    if (part === '2' && rest.includes(' 2>&1')) break;
    words.push(part.replaceAll(/^["']|["']$/g, ''));
  }
  return words;
}

function inDockerfile(path: string, text: string): CommandLine[] {
  const list = (instruction: RegExp): string[] => {
    const found = instruction.exec(text)?.[1];
    return found === undefined ? [] : (JSON.parse(found) as string[]);
  };
  const entry = list(/^ENTRYPOINT (\[.*\])$/m);
  const command = list(/^CMD (\[.*\])$/m);
  const health = list(/^HEALTHCHECK .*CMD (\[.*\])$/m);
  const lines: CommandLine[] = [];
  // An image that is derived from ours has its entry point.
  if (command.length > 0) lines.push({ where: `${path} CMD`, words: [...entry.slice(1), ...command] });
  if (health.length > 0) lines.push({ where: `${path} HEALTHCHECK`, words: health.slice(1) });
  return lines;
}

/** Of compose files, manifests of Kubernetes and recipes: words for the image of ours, and words of the program. */
function inYaml(path: string, text: string): CommandLine[] {
  const lines: CommandLine[] = [];
  const visit = (value: unknown, place: string): void => {
    if (typeof value === 'string') {
      if (/[\s"]/.test(value.trim()) && value.includes(name))
        lines.push(...inText(`${path} ${place}`, value));
      return;
    }
    if (Array.isArray(value)) {
      const words = value.filter((word) => typeof word === 'string');
      if (words.length > 1 && words.length === value.length && words[0]?.split('/').at(-1) === name)
        lines.push({ where: `${path} ${place}`, words: words.slice(1) });
      else for (const [at, one] of value.entries()) visit(one, `${place}[${at}]`);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [key, one] of Object.entries(value)) {
      const { image } = value as { image?: unknown };
      const isOurs = typeof image === 'string' && image.includes(name);
      // `command` in compose and `args` in Kubernetes follow the entry point of the image.
      if (isOurs && (key === 'command' || key === 'args') && Array.isArray(one))
        lines.push({ where: `${path} ${place}.${key}`, words: one.map(String) });
      else visit(one, `${place}.${key}`);
    }
  };
  for (const document of [Bun.YAML.parse(text)].flat()) visit(document, '');
  return lines;
}

/** Of Fly.io: a process is given as what follows the entry point. */
function inToml(path: string, text: string): CommandLine[] {
  const { processes = {} } = Bun.TOML.parse(text) as { processes?: Record<string, string> };
  return Object.entries(processes).map(([process, words]) => ({
    where: `${path} processes.${process}`,
    words: wordsOf(words),
  }));
}
