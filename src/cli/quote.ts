/**
 * One command line for the shell that will read it: `sh`, or on Windows `cmd.exe`. Only for lines that
 * are written down (a setting, a hint); programs are started with their arguments as a list.
 */
export function quoted(words: readonly string[], platform: NodeJS.Platform): string {
  return words.map(platform === 'win32' ? quotedForCmd : quotedForSh).join(' ');
}

function quotedForSh(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function quotedForCmd(word: string): string {
  return /^[\w@+=:,./\\-]+$/.test(word) ? word : asWindowsArgument(word);
}

/**
 * The arguments for `cmd.exe` that run a batch file (what npm installs as a command on Windows): `cmd`
 * reads the line, and the batch file's `%*` is read once more, so every character that means something to
 * it is escaped twice. To be started with `windowsVerbatimArguments`.
 * https://learn.microsoft.com/windows-server/administration/windows-commands/cmd
 */
export function batchArguments(file: string, words: readonly string[]): string[] {
  const escaped = (text: string): string => text.replaceAll(/[()[\]%!^"`<>&|;, *?]/g, '^$&');
  const line = [escaped(file), ...words.map((word) => escaped(escaped(asWindowsArgument(word))))].join(' ');
  return ['/d', '/s', '/c', `"${line}"`];
}

/** Whether {@link batchArguments} can carry `word`: for `cmd` a line ends where a line ends. */
export function fitsBatch(word: string): boolean {
  return !/[\r\n\0]/.test(word);
}

/**
 * A word as the C runtime of Windows reads it back: backslashes count only before a quote.
 * https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments
 */
function asWindowsArgument(word: string): string {
  const inner = word.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/(\\+)$/, '$1$1');
  return `"${inner}"`;
}
