import { readFile, rm } from 'node:fs/promises';
import { changedText, digestOf, replace, valueAt, type SettingsFile } from './claude-settings.ts';
import type { Cli } from './cli.ts';
import { withMember, withoutMember } from './json-edit.ts';
import { problem } from './problems.ts';
import type { SetupRecord, SetupRecords } from './setup-record.ts';

/**
 * `setup claude --undo`: byte for byte what was there before, where nobody has changed the file since; else
 * our entries alone go, and what they replaced comes back.
 *
 * @throws Problem nothing-to-undo
 */
export async function undo(
  cli: Cli,
  file: SettingsFile,
  records: SetupRecords,
  isDry: boolean,
): Promise<number> {
  const record = await records.of(file.path);
  if (record === undefined) throw problem('nothing-to-undo', { file: file.path });
  const original =
    record.copy === null ? undefined : await readFile(record.copy, 'utf8').catch(() => undefined);
  const isCopyLost = record.copy !== null && original === undefined;
  const isUntouched = file.text !== undefined && digestOf(file.text) === record.wrote && !isCopyLost;
  const after = isUntouched ? original : withoutOurs(file.text, original, record);
  if (!isDry) {
    await replace(file, after);
    await records.forget(file.path);
    if (record.copy !== null && after === original) await rm(record.copy, { force: true });
  }
  tell(cli, file.path, { isDry, isExact: isUntouched, isGone: after === undefined });
  return 0;
}

/** Takes out what still is as we wrote it, and puts back what we had taken or replaced. */
function withoutOurs(
  text: string | undefined,
  original: string | undefined,
  { changes }: SetupRecord,
): string | undefined {
  if (text === undefined) return undefined;
  let after = changedText(text, []);
  for (const { path, value } of changes) {
    const here = valueAt(after, path);
    const isOurs = value === null ? here === undefined : here === value;
    if (!isOurs) continue;
    const before = valueAt(original, path);
    after = before === undefined ? withoutMember(after, path) : withMember(after, path, before);
  }
  const env = valueAt(after, ['env']);
  const isEnvOurs = valueAt(original, ['env']) === undefined;
  const isEmpty = typeof env === 'object' && env !== null && Object.keys(env).length === 0;
  return isEnvOurs && isEmpty ? withoutMember(after, ['env']) : after;
}

function tell(
  { terminal, isJson }: Cli,
  file: string,
  { isDry, isExact, isGone }: { isDry: boolean; isExact: boolean; isGone: boolean },
): void {
  if (isJson) {
    terminal.json({ file, undone: !isDry, exact: isExact, removed: isGone });
    return;
  }
  const would = isDry ? 'would be' : 'is';
  if (isGone) terminal.print(`${file} ${isDry ? 'would be' : 'was'} removed; there was none before.`);
  else if (isExact) terminal.print(`${file} ${would} as it was before.`);
  else {
    terminal.print(`${file} ${would} without the entries of the proxy.`);
    terminal.note('It was changed since it was set up; all other changes stay.');
  }
}
