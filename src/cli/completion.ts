import type { Command } from 'commander';
import { product } from '../base/product.ts';
import type { Action } from './cli.ts';
import { commandTable, type CommandEntry } from './command-table.ts';
import { bashCompletion } from './completion-bash.ts';
import { fishCompletion } from './completion-fish.ts';
import { powershellCompletion } from './completion-powershell.ts';
import { zshCompletion } from './completion-zsh.ts';
import { shells, type Shell } from './shells.ts';

type Maker = (name: string, table: readonly CommandEntry[]) => string;

const makers: Readonly<Record<Shell, Maker>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
};

/** The script that lets `shell` complete what `program` declares. */
export function completionScript(shell: Shell, program: Command): string {
  return makers[shell](product.binary, commandTable(program));
}

/** `completion <shell>`. */
export function completionOf(program: Command): Action<object> {
  return ({ terminal }, _, [given]) => {
    const shell = shells.find((one) => one === given) ?? 'bash';
    terminal.write(completionScript(shell, program));
    return Promise.resolve(0);
  };
}
