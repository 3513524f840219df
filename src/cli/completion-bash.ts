import type { CommandEntry } from './command-table.ts';

/** For bash ≥ 3.2 without bash-completion: what comes before the cursor names a command, whose words are offered. */
export function bashCompletion(name: string, table: readonly CommandEntry[]): string {
  const groups = table.filter(({ commands }) => commands.length > 0);
  const known = groups.flatMap(({ path, commands }) =>
    commands.map(({ word }) => `'${[...path, word].join(' ')}'`),
  );
  const fixed = table.flatMap(({ path, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(
        ({ words, choices }) =>
          `    ${words.map((word) => `'${[...path, word].join(' ')}'`).join('|')}) words='${choices.join(' ')}' ;;`,
      ),
  );
  const taking = [
    ...new Set(table.flatMap(({ options }) => options.filter(({ takesValue }) => takesValue))),
  ].flatMap(({ words }) => words);
  return `# bash completion for ${name}; made by \`${name} completion bash\`.
${functionName(name)}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} path='' words='' at word
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    [ "$word" = -- ] && return
    case "\${path:+$path }$word" in
    ${known.join(' | ')})
      path="\${path:+$path }$word"
      ;;
    esac
  done
  case "\${path:+$path }$prev" in
${fixed.join('\n')}
  esac
  if [ -z "$words" ]; then
    case "$prev" in
    ${[...new Set(taking)].join(' | ')}) return ;;
    esac
    case "$path" in
${table.map(bashLine).join('\n')}
    esac
  fi
  local IFS=$' \\t\\n'
  # shellcheck disable=SC2207 -- the words have no spaces, and mapfile is not in bash 3.2
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F ${functionName(name)} ${name}
`;
}

function bashLine({ path, commands, options, operands }: CommandEntry): string {
  const flags = options.filter(({ isHidden }) => !isHidden).flatMap(({ words }) => words);
  const offered = [...commands.map(({ word }) => word), ...operands, ...flags];
  return `    '${path.join(' ')}') words='${offered.join(' ')}' ;;`;
}

/** A name that every shell takes for a function. */
export function functionName(name: string): string {
  return `_${name.replaceAll('-', '_')}`;
}
