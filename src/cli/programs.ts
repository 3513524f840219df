import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, extname, isAbsolute, join } from 'node:path';
import type { Environment } from '../config/environment.ts';
import { problem } from './problems.ts';
import { batchArguments, fitsBatch } from './quote.ts';

/**
 * The file that `program` means, looked up as the system would.
 *
 * @throws Problem program-missing; program-refused where it is a path to something else
 */
export async function findProgram(program: string, env: Environment): Promise<string> {
  const isPath = isAbsolute(program) || /[/\\]/.test(program);
  const folders = isPath ? [''] : (pathOf(env) ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    for (const ending of endings(program, env)) {
      const file = (folder === '' ? program : join(folder, program)) + ending;
      if (await isRunnable(file)) return file;
    }
  }
  if (isPath && (await isThere(program))) {
    throw problem('program-refused', { program, reason: 'it is no program, or this user may not run it' });
  }
  throw problem('program-missing', { program });
}

/** On Windows the variable may be spelt `Path`, and a copied environment no longer ignores case. */
function pathOf(env: Environment): string | undefined {
  const name = Object.keys(env).find((one) => one.toUpperCase() === 'PATH');
  return name === undefined ? undefined : env[name];
}

function endings(program: string, env: Environment): string[] {
  if (process.platform !== 'win32') return [''];
  const known = (env['PATHEXT'] ?? '.COM;.EXE;.BAT;.CMD').split(';').filter((one) => one !== '');
  return extname(program) === '' ? known : ['', ...known];
}

async function isThere(file: string): Promise<boolean> {
  return access(file, constants.F_OK).then(
    () => true,
    () => false,
  );
}

async function isRunnable(file: string): Promise<boolean> {
  try {
    if (!(await stat(file)).isFile()) return false;
    if (process.platform !== 'win32') await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts `file` with `words` in the foreground: it shares our terminal.
 *
 * @throws Problem program-refused
 */
export async function startProgram(
  file: string,
  words: readonly string[],
  env: Environment,
): Promise<ChildProcess> {
  const isBatch = process.platform === 'win32' && /\.(?:cmd|bat)$/i.test(file);
  if (isBatch && !words.every(fitsBatch)) {
    throw problem('program-refused', {
      program: file,
      reason: 'a batch file takes no argument with line breaks',
    });
  }
  try {
    const child = isBatch
      ? spawn(env['ComSpec'] ?? 'cmd.exe', batchArguments(file, words), {
          stdio: 'inherit',
          env,
          windowsVerbatimArguments: true,
        })
      : spawn(file, words, { stdio: 'inherit', env });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return child;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw problem('program-refused', { program: file, reason }, { cause });
  }
}

/** How a program ended. */
export type Ending =
  | { readonly is: 'exited'; readonly code: number }
  | { readonly is: 'killed'; readonly signal: NodeJS.Signals };

/**
 * Waits for `child` and passes signals on to it. A Ctrl-C at the terminal reaches it by itself, as part of
 * the foreground group; sent twice, Claude Code would take it as "quit".
 */
export function waitFor(child: ChildProcess, isTerminal: boolean): Promise<Ending> {
  const passed: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const pass = (signal: NodeJS.Signals): void => {
    // A console of Windows has told everybody in it, and sending a signal there ends a program without a word.
    const hasItAlready = process.platform === 'win32' || (signal === 'SIGINT' && isTerminal);
    if (!hasItAlready) child.kill(signal);
  };
  for (const signal of passed) process.on(signal, pass);
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      for (const name of passed) process.off(name, pass);
      resolve(signal === null ? { is: 'exited', code: code ?? 1 } : { is: 'killed', signal });
    });
  });
}
