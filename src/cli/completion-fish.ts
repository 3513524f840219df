import type { CommandEntry, OptionEntry } from './command-table.ts';
import { functionName } from './completion-bash.ts';

/** For fish: one line a word, each with the command it belongs to as its condition. */
export function fishCompletion(name: string, table: readonly CommandEntry[]): string {
  const place = `_${functionName(name)}_place`;
  const known = table.flatMap(({ path, commands }) =>
    commands.map(({ word }) => quoted([...path, word].join(' '))),
  );
  return `# fish completion for ${name}; made by \`${name} completion fish\`.
function ${place}
    set -l known ${known.join(' ')}
    set -l place ''
    for word in (commandline -opc)[2..-1]
        set -l further (string trim -- "$place $word")
        contains -- "$further" $known; and set place "$further"
    end
    test "$place" = "$argv[1]"
end
${table.flatMap((entry) => linesOf(name, place, entry)).join('\n')}
`;
}

function linesOf(name: string, place: string, { path, commands, options, operands }: CommandEntry): string[] {
  const begin = `complete -c ${name} -n ${quoted(`${place} ${quoted(path.join(' '))}`)}`;
  return [
    ...commands.map(({ word, means }) => `${begin} -f -a ${quoted(word)} -d ${quoted(means)}`),
    ...operands.map((word) => `${begin} -f -a ${quoted(word)}`),
    ...options.filter(({ isHidden }) => !isHidden).map((option) => `${begin} ${optionWords(option)}`),
  ];
}

function optionWords({ words, means, takesValue, choices }: OptionEntry): string {
  const named = words.map((word) =>
    word.startsWith('--') ? `-l ${quoted(word.slice(2))}` : `-s ${quoted(word.slice(1))}`,
  );
  const value = choices.length > 0 ? [`-x -a ${quoted(choices.join(' '))}`] : takesValue ? ['-r'] : [];
  return [...named, ...value, `-d ${quoted(means)}`].join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)}'`;
}
