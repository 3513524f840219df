import type { Command } from 'commander';
import { product } from '../../../src/base/product.ts';
import { commandTable, type CommandEntry, type OptionEntry } from '../../../src/cli/command-table.ts';
import { exitCodes } from '../../../src/cli/exit-codes.ts';

/** The manual page, from the declarations of `program`: man(7). `day` is that of the release. */
export function manualPage(program: Command, version: string, day: string): string {
  const [root, ...commands] = commandTable(program);
  const title = product.binary.toUpperCase();
  return [
    `.TH ${escaped(title)} 1 ${day} "${product.binary} ${version}" "User Commands"`,
    '.SH NAME',
    `${escaped(product.binary)} \\- one local endpoint in front of the Claude API`,
    '.SH SYNOPSIS',
    `.B ${escaped(product.binary)}`,
    '.RI [ command ] " " [ options ]',
    '.SH DESCRIPTION',
    text(
      `${product.name} listens on http://localhost:8000 for Claude Code and every other client of the Claude API, and puts all of a person's or a team's own credentials behind that one address. Without a command it does what serve does.`,
    ),
    '.SH COMMANDS',
    ...commands
      .filter(({ commands: inner, options }) => inner.length === 0 || options.length > 1)
      .flatMap(command),
    '.SH OPTIONS',
    ...(root?.options ?? []).flatMap(optionLines),
    '.SH EXIT STATUS',
    ...Object.values(exitCodes).flatMap(([code, meaning]) => ['.TP', `.B ${code}`, text(meaning)]),
    '.SH ENVIRONMENT',
    '.TP',
    `.B ${product.envPrefix}HOME`,
    text(`folder of the proxy's files, instead of ~/.${product.binary}`),
    '.PP',
    text(`Every setting has a variable of its own: ${product.binary} config show.`),
    '.SH FILES',
    ...[
      [`~/.${product.binary}/`, 'settings, accounts, secrets (encrypted) and the ledger of a person'],
      [`/var/lib/${product.binary}/`, 'the same of the service of the machine'],
      [`/etc/${product.binary}/environment`, 'variables of that service'],
    ].flatMap(([path = '', meaning = '']) => ['.TP', `.I ${escaped(path)}`, text(meaning)]),
    '',
  ].join('\n');
}

function command({ path, description, usage, options }: CommandEntry): string[] {
  const shown = options.filter(({ isHidden, flags }) => !isHidden && flags !== '-h, --help');
  return [
    `.SS ${escaped(path.join(' '))} ${escaped(usage.replace('[options]', '').trim())}`.trimEnd(),
    ...description
      .split('\n\n')
      .flatMap((paragraph) => [text(paragraph), '.PP'])
      .slice(0, -1),
    ...shown.flatMap(optionLines),
  ];
}

function optionLines({ flags, means, choices }: OptionEntry): string[] {
  const few = choices.length === 0 ? '' : ` (${choices.join(', ')})`;
  return ['.TP', `.B ${escaped(flags)}`, text(`${means}${few}`)];
}

/** Text of a paragraph: a line must not begin with what troff takes for a request. */
function text(words: string): string {
  const safe = escaped(words.replaceAll('\n', ' ').replaceAll('`', ''));
  return /^[.']/.test(safe) ? `\\&${safe}` : safe;
}

function escaped(words: string): string {
  return words.replaceAll('\\', '\\e').replaceAll('-', '\\-');
}
