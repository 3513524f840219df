import { createHash } from 'node:crypto';
import { chmod, readFile, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writePrivateFile } from '../base/files.ts';
import { messageOf } from '../base/errors.ts';
import type { Environment } from '../config/environment.ts';
import { memberAt, withMember, withoutMember } from './json-edit.ts';
import { problem } from './problems.ts';

/** One change of a settings file: a value at a path, or nothing there. */
export interface Change<Value = unknown> {
  readonly path: readonly string[];
  /** Undefined: whatever is there goes. */
  readonly value: Value | undefined;
}

/** A settings file as it is on disk. */
export interface SettingsFile {
  /** Behind every link, so that a link into a folder of dotfiles stays one. */
  readonly path: string;
  /** Undefined where there is no file. */
  readonly text: string | undefined;
  /** Permission bits, to be kept. */
  readonly mode: number | undefined;
}

const byteOrderMark = '\uFEFF';

/** Claude Code's own settings file: in CLAUDE_CONFIG_DIR, else `~/.claude`. */
export function claudeSettingsPath(env: Environment, userHome: string): string {
  const folder = env['CLAUDE_CONFIG_DIR'] ?? '';
  return join(folder === '' ? join(userHome, '.claude') : folder, 'settings.json');
}

/**
 * Reads the file.
 *
 * @throws Problem claude-settings-invalid where it is no JSON object
 */
export async function readSettingsFile(path: string): Promise<SettingsFile> {
  try {
    const real = await realpath(path);
    const text = await readFile(real, 'utf8');
    check(real, text);
    return { path: real, text, mode: (await stat(real)).mode & 0o777 };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { path, text: undefined, mode: undefined };
    }
    throw error;
  }
}

function check(file: string, text: string): void {
  if (isEmpty(text)) return;
  try {
    withMember(bare(text), ['env'], {});
  } catch (error) {
    throw problem('claude-settings-invalid', { file, reason: messageOf(error) }, { cause: error });
  }
}

/** The text with `changes` made; all else stays byte for byte. */
export function changedText(text: string | undefined, changes: readonly Change[]): string {
  const isNew = text === undefined || isEmpty(text);
  const before = isNew ? '{}' : bare(text);
  const after = changes.reduce(
    (done, { path, value }) =>
      value === undefined ? withoutMember(done, path) : withMember(done, path, value),
    before,
  );
  if (isNew) return `${after}\n`;
  return text.startsWith(byteOrderMark) ? byteOrderMark + after : after;
}

/** Whether each change is there already. */
export function holds(text: string | undefined, changes: readonly Change[]): boolean {
  return changes.every(({ path, value }) => valueAt(text, path) === value);
}

/** The value at `path`; undefined where there is none. */
export function valueAt(text: string | undefined, path: readonly string[]): unknown {
  return text === undefined || isEmpty(text) ? undefined : memberAt(bare(text), path);
}

/**
 * Replaces the file, its permissions kept, if nobody has changed it since it was read.
 *
 * @throws Problem claude-settings-changed
 */
export async function replace(file: SettingsFile, text: string | undefined): Promise<void> {
  const now = await readFile(file.path, 'utf8').catch(() => undefined);
  if (now !== file.text) throw problem('claude-settings-changed', { file: file.path });
  if (text === undefined) {
    await rm(file.path, { force: true });
    return;
  }
  await writePrivateFile(file.path, text);
  // A file that others may read says so on purpose; a new one may hold keys one day.
  if (file.mode !== undefined) await chmod(file.path, file.mode);
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Where the copy of a settings file is kept. */
export function copyPath(file: string): string {
  return join(dirname(file), 'settings.json.before-claude-code-proxy');
}

function bare(text: string): string {
  return text.startsWith(byteOrderMark) ? text.slice(1) : text;
}

function isEmpty(text: string): boolean {
  return bare(text).trim() === '';
}
