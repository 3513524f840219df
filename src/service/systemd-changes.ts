import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Said } from './service.ts';
import { environmentFile } from './systemd-unit.ts';

/** What is asked of systemd of the unit: `show --timestamp=unix` (248 and later). */
export const changeFacts = [
  'NeedDaemonReload',
  'ActiveEnterTimestamp',
  'MainPID',
  'ExecStart',
  'FragmentPath',
  'DropInPaths',
  'EnvironmentFiles',
];

/** And of the manager itself, which gives its own variables to all that it starts. */
export const environmentWords = ['show-environment', '--output=json'];

/** What systemd says, and where it looks. */
export interface Asked {
  /** Its answer to {@link changeFacts}. */
  readonly unit: Said;
  /** Its answer to {@link environmentWords}. */
  readonly environment: Said;
  /** Folders in which people declare units: a drop-in that was taken away left its mark there. */
  readonly folders: readonly string[];
  /** The file that runs, links followed: where the unit starts a link, that may lead to another one by now. */
  readonly program: string | undefined;
  /** When what lies at a path last changed (s). */
  readonly changed?: typeof changedSeconds;
}

/** Where the rest comes from that a start gives: variables, and credentials (systemd.exec(5), "Credentials"). */
const places = [
  dirname(environmentFile),
  environmentFile,
  ...['/etc', '/run', '/usr/lib'].flatMap((folder) => [
    `${folder}/credstore`,
    `${folder}/credstore.encrypted`,
  ]),
];

/**
 * Whether systemd would give the service today what it was given at its last start, by what it says and the times of the files
 * behind it. No where that cannot be told.
 */
export async function isAsStarted(asked: Asked): Promise<boolean> {
  const { unit, environment, folders, program, changed = changedSeconds } = asked;
  const facts = unit.out.split('\n').map((line): [string, string] => cut(line));
  const fact = new Map(facts);
  const since = /^@(\d+)$/.exec(fact.get('ActiveEnterTimestamp') ?? '')?.[1];
  if (unit.code !== 0 || since === undefined || fact.get('NeedDaemonReload') !== 'no') return false;
  if (program === undefined || (await startedProgram(fact.get('ExecStart') ?? '')) !== program) return false;
  if (!(await hasEnvironment(Number(fact.get('MainPID')), environment))) return false;
  const fragment = fact.get('FragmentPath') ?? '';
  const units = [fragment, ...(fact.get('DropInPaths') ?? '').split(' ')].filter((path) => path !== '');
  const given = facts.flatMap(([name, value]) =>
    name === 'EnvironmentFiles' ? [value.replace(/ \(ignore_errors=\w+\)$/, '')] : [],
  );
  const files = [...units, ...units.slice(1).map((path) => dirname(path)), ...given, ...places];
  const times = await Promise.all([
    ...files.map((path) => changed(path)),
    ...units.map((path) => credentialsChanged(path, changed)),
    ...folders.map((folder) => dropInsChanged(folder, basename(fragment), changed)),
  ]);
  return times.every((time) => time <= Number(since));
}

/** When the drop-ins of `unit` in `folder` last changed (s), or were taken away with theirs. */
async function dropInsChanged(folder: string, unit: string, changed: typeof changedSeconds): Promise<number> {
  const time = await changed(join(folder, `${unit}.d`));
  return time === 0 ? changed(folder) : time;
}

/** When the credentials last changed that the file of a unit names by their path (s): systemd does not say which those are. */
async function credentialsChanged(path: string, changed: typeof changedSeconds): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const named = [...text.matchAll(/^\s*LoadCredential(?:Encrypted)?\s*=[^:\n]*:(\/.*?)\s*$/gm)];
  return Math.max(0, ...(await Promise.all(named.map(([, file = '']) => changed(file)))));
}

/** Whether the process `pid` was given all that the manager gives now. What a unit overrides counts as changed. */
async function hasEnvironment(pid: number, { code, out }: Said): Promise<boolean> {
  if (code !== 0) return false;
  const has = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  const all = new Set(has.split('\0'));
  try {
    const now: unknown = JSON.parse(out);
    return Object.entries(now ?? {}).every(([name, value]) => all.has(`${name}=${String(value)}`));
  } catch {
    // An older one says it in other words.
    return false;
  }
}

/** Where the program is that a start runs, links followed: `{ path=/usr/bin/x ; argv[]=/usr/bin/x serve ; …`. */
async function startedProgram(said: string): Promise<string | undefined> {
  const path = /^\{ path=(.+?) ; argv\[\]=/.exec(said)?.[1] ?? '';
  return realpath(path).catch(() => undefined);
}

/** When what lies at `path` last changed, its name too (s); 0 where nothing does, never where nobody may look. */
async function changedSeconds(path: string): Promise<number> {
  return stat(path).then(
    ({ ctimeMs }) => Math.floor(ctimeMs / 1_000),
    (error: unknown) =>
      error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 0 : Number.POSITIVE_INFINITY,
  );
}

function cut(line: string): [string, string] {
  const [name = '', ...rest] = line.split('=');
  return [name, rest.join('=')];
}
