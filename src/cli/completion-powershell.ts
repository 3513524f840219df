import type { CommandEntry } from './command-table.ts';

/** For PowerShell 5.1 and later, on every system. */
export function powershellCompletion(name: string, table: readonly CommandEntry[]): string {
  return `# PowerShell completion for ${name}; made by \`${name} completion powershell\`.
Register-ArgumentCompleter -Native -CommandName ${quoted(name)} -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $offered = @{
${table.map(tableLine).join('\n')}
    }
    $place = ''
    foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
        if ($element.Extent.EndOffset -ge $cursorPosition) { break }
        $further = "$place $($element.Extent.Text)".Trim()
        if ($offered.ContainsKey($further)) { $place = $further }
    }
    $offered[$place] | Where-Object { $_[0] -like "$wordToComplete*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
    }
}
`;
}

function tableLine({ path, commands, options, operands }: CommandEntry): string {
  const shown = options.filter(({ isHidden }) => !isHidden);
  const words = [
    ...commands,
    ...operands.map((word) => ({ word, means: word })),
    ...shown.flatMap(({ words: names, means }) => names.map((word) => ({ word, means }))),
  ];
  // The comma before each pair keeps PowerShell from taking a single pair apart.
  const pairs = words.map(({ word, means }) => `            ,@(${quoted(word)}, ${quoted(means)})`);
  return `        ${quoted(path.join(' '))} = @(\n${pairs.join('\n')}\n        )`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
