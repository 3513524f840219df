import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Said } from './service.ts';
import { environmentFile } from './systemd-unit.ts';

/** What is asked of systemd: `show --timestamp=unix` (248 and later). */
export const changeFacts = [
  'NeedDaemonReload',
  'ActiveEnterTimestamp',
  'ExecStart',
  'FragmentPath',
  'DropInPaths',
];

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
 * Whether systemd would give the service today what it was given at its last start, by the answer to {@link changeFacts} and
 * the times of the files behind it. No where that cannot be told.
 *
 * @param program the file that runs, links followed: where the unit starts a link, that may lead to another one by now
 */
export async function isAsStarted({ code, out }: Said, program: string | undefined): Promise<boolean> {
  const fact = new Map(out.split('\n').map((line): [string, string] => cut(line)));
  const since = /^@(\d+)$/.exec(fact.get('ActiveEnterTimestamp') ?? '')?.[1];
  if (code !== 0 || since === undefined || fact.get('NeedDaemonReload') !== 'no') return false;
  if (program === undefined || (await startedProgram(fact.get('ExecStart') ?? '')) !== program) return false;
  const units = [fact.get('FragmentPath') ?? '', ...(fact.get('DropInPaths') ?? '').split(' ')];
  const folders = units.slice(1).map((path) => dirname(path));
  const times = await Promise.all(
    [...units, ...folders, ...places].filter((path) => path !== '').map(changedSeconds),
  );
  return times.every((changed) => changed <= Number(since));
}

/** Where the program is that a start runs, links followed: `{ path=/usr/bin/x ; argv[]=/usr/bin/x serve ; …`. */
async function startedProgram(said: string): Promise<string | undefined> {
  const path = /^\{ path=(.+?) ; argv\[\]=/.exec(said)?.[1] ?? '';
  return realpath(path).catch(() => undefined);
}

/** When what lies at `path` last changed, its name too (s); 0 where nothing does. */
async function changedSeconds(path: string): Promise<number> {
  return stat(path).then(
    ({ ctimeMs }) => Math.floor(ctimeMs / 1_000),
    () => 0,
  );
}

function cut(line: string): [string, string] {
  const [name = '', ...rest] = line.split('=');
  return [name, rest.join('=')];
}
