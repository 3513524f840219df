import { resolve } from 'node:path';
import { product } from '../base/product.ts';
import { programFile } from '../base/same-file.ts';
import type { Machine } from './service.ts';
import { ask } from './troubles.ts';

/** What the service of Windows is installed to run. */
export interface WindowsInstalled {
  readonly program: string;
  /** Where it keeps its files: its account may write there what it likes. */
  readonly home: string;
}

const none = { code: 1, out: '' };

/** For a command line that is longer than a path (bytes); sc.exe fails where it gets too few. */
const commandBytes = '8192';

/** The command line is found by what it says: the labels of sc.exe are translated. */
const commandLine = /:[ \t]*(?<command>\S.* service run --home .+)$/m;

/** High mandatory level, and that of the system: https://learn.microsoft.com/windows-server/identity/ad-ds/manage/understand-security-identifiers */
const elevated = /\bS-1-16-(?:12288|16384)\b/;

/** Undefined where no such service is installed, and on another system. */
export async function windowsInstalled(machine: Machine): Promise<WindowsInstalled | undefined> {
  if (machine.platform !== 'win32') return undefined;
  // Without the program of the system there is no service of ours either.
  const { code, out } = await ask(machine, 'sc.exe', ['qc', product.binary, commandBytes]).catch(() => none);
  const command = code === 0 ? commandLine.exec(out.replaceAll('\r', ''))?.groups?.['command'] : undefined;
  if (command === undefined) return undefined;
  const words = wordsOf(command);
  const home = words[words.indexOf('--home') + 1];
  const [program] = words;
  return program === undefined || home === undefined ? undefined : { program, home };
}

/** Whether `home` is where the service keeps its files. */
export async function isOfWindowsService(home: string, machine: Machine): Promise<boolean> {
  const its = await windowsInstalled(machine);
  return its !== undefined && isSamePlace(its.home, home);
}

/** Whether what asks has the rights of an administrator now, and not only a member of theirs behind it. */
export async function isElevated(machine: Machine): Promise<boolean> {
  const { code, out } = await ask(machine, 'whoami.exe', ['/groups', '/fo', 'csv', '/nh']);
  return code === 0 && elevated.test(out);
}

/** Whether both name the same file or folder, which on Windows they may do in several spellings. */
export function isSamePlace(one: string, other: string): boolean {
  if (resolve(one).toLowerCase() === resolve(other).toLowerCase()) return true;
  const file = programFile(one)?.file;
  return file !== undefined && file === programFile(other)?.file;
}

/** The words of a command line of ours (CommandLineToArgvW); none of them has a quote in it, being paths and flags. */
function wordsOf(command: string): string[] {
  const words = command.match(/"(?:\\.|[^"\\])*"|\S+/g) ?? [];
  return words.map((word) => (word.startsWith('"') ? word.slice(1, -1).replace(/(\\+)\1$/, '$1') : word));
}
