import type { CommandEntry } from './command-table.ts';
import { functionName } from './completion-bash.ts';

/** For zsh: as in bash, with what each word means beside it. */
export function zshCompletion(name: string, table: readonly CommandEntry[]): string {
  const known = table
    .flatMap(({ path, commands }) => commands.map(({ word }) => [...path, word].join(' ')))
    .map((path) => `'${path}'`);
  const fixed = table.flatMap(({ path, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(({ words, choices }) => {
        const places = words.map((word) => `'${[...path, word].join(' ')}'`);
        return `    ${places.join('|')}) compadd -- ${choices.join(' ')}; return ;;`;
      }),
  );
  const taking = table.flatMap(({ options }) =>
    options.filter(({ takesValue }) => takesValue).flatMap(({ words }) => words),
  );
  return `#compdef ${name}
# Made by \`${name} completion zsh\`.
${functionName(name)}() {
  local at word place=''
  local -a offered
  for ((at = 2; at < CURRENT; at++)); do
    word=$words[at]
    if [[ $word == -- ]]; then
      _default
      return
    fi
    case "\${place:+$place }$word" in
    ${known.join(' | ')}) place="\${place:+$place }$word" ;;
    esac
  done
  case "\${place:+$place }$words[CURRENT-1]" in
${fixed.join('\n')}
  esac
  case "$words[CURRENT-1]" in
    ${[...new Set(taking)].join(' | ')}) _default; return ;;
  esac
  case "$place" in
${table.map(zshLine).join('\n')}
  esac
  _describe -t words word offered || _default
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  ${functionName(name)} "$@"
else
  compdef ${functionName(name)} ${name}
fi
`;
}

function zshLine({ path, commands, options, operands }: CommandEntry): string {
  const shown = options.filter(({ isHidden }) => !isHidden);
  const offered = [
    ...commands,
    ...operands.map((word) => ({ word, means: '' })),
    ...shown.flatMap(({ words, means }) => words.map((word) => ({ word, means }))),
  ];
  const lines = offered.map(({ word, means }) => `      ${quoted(means === '' ? word : `${word}:${means}`)}`);
  return `  '${path.join(' ')}')\n    offered=(\n${lines.join('\n')}\n    ) ;;`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
