import { chmodSync, copyFileSync, lutimesSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file of a package. */
export interface TreeFile {
  /** Where it will be on the machine it is installed on. */
  readonly path: string;
  readonly mode: number;
  /** What is in it, or a file that is copied. */
  readonly from: { readonly content: string | Uint8Array } | { readonly file: string };
  /** An administrator may change it; an update leaves it as it is then. */
  readonly isConfig?: boolean;
}

/**
 * Lays files out below `folder`, which is made anew. Every time in it is `date`, so that what is made of it is the
 * same to the byte whenever it is made.
 */
export function layOut(folder: string, files: readonly TreeFile[], date: string): void {
  rmSync(folder, { recursive: true, force: true });
  for (const { path, mode, from } of files) {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true, mode: 0o755 });
    if ('file' in from) copyFileSync(from.file, place);
    else writeFileSync(place, from.content);
    chmodSync(place, mode);
  }
  setTimes(folder, new Date(date));
}

/** Files first: writing into a folder changes its time. */
export function setTimes(folder: string, date: Date): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) setTimes(path, date);
    else lutimesSync(path, date, date);
  }
  chmodSync(folder, 0o755);
  lutimesSync(folder, date, date);
}

/** Runs a tool of the system to its end. @throws with what it said, and where it comes from, unless it exits with 0 */
export function tool(
  debian: string,
  words: readonly string[],
  options: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): string {
  const [program = '', ...rest] = words;
  if (Bun.which(program) === null)
    throw new Error(`${program} is not installed (apt-get install -y ${debian}).`);
  const done = Bun.spawnSync([program, ...rest], {
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: { ...process.env, LC_ALL: 'C', ...options.env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [out, err] = [done.stdout.toString(), done.stderr.toString()];
  if (done.exitCode !== 0) throw new Error(`${words.join(' ')} exited with ${done.exitCode}:\n${out}${err}`);
  return out;
}
