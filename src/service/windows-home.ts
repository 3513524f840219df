import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../base/problem.ts';
import type { Machine } from './service.ts';
import { order } from './troubles.ts';

/** The system and administrators, by their ids (names are translated). */
const system = 'S-1-5-18';
const administrators = 'S-1-5-32-544';

/**
 * Makes `home` and closes it for everybody but the system and administrators, and the service `name` where that is
 * there already. Every user may make folders where those of the machine are: one that somebody else made first is theirs
 * to open again, and what lies in it would be taken for ours.
 *
 * It is closed before anything else is done to it, and never opened on the way: what it had from the folder above lets
 * every user read, and make files.
 *
 * @throws Problem service-home-foreign, service-failed, service-rights
 */
export async function closeWindowsHome(
  machine: Machine,
  home: string,
  name: string,
  isThere: boolean,
): Promise<void> {
  const made = await mkdir(home, { recursive: true });
  const allowed = [system, administrators, ...(isThere ? [serviceId(name)] : [])];
  // Whoever makes it is an administrator, whatever the owner of what they make is.
  const named = made === undefined ? await checkOwner(machine, home, [...allowed, serviceId(name)]) : [];
  const icacls = (...words: readonly string[]) => order(machine, 'icacls.exe', words);
  await icacls(home, '/setowner', `*${administrators}`, '/L', '/Q');
  await icacls(home, '/inheritance:r', '/grant:r', ...allowed.map(everything));
  // What anybody else was given by name goes.
  const others = named.filter((id) => !allowed.includes(id));
  if (others.length > 0) await icacls(home, '/remove', ...others.map((id) => `*${id}`));
  for (const path of await contentOf(home, made !== undefined)) {
    await icacls(path, '/setowner', `*${administrators}`, '/T', '/L', '/Q');
    // From now on it has what the folder has.
    await icacls(path, '/reset', '/T', '/L', '/Q');
  }
}

/**
 * What lies in `home`, by its paths.
 *
 * @param isNew whether it was made a moment ago, and anything in it by somebody who was quicker than the closing
 * @throws Problem service-home-foreign
 */
async function contentOf(home: string, isNew: boolean): Promise<string[]> {
  const all = await readdir(home, { recursive: true, withFileTypes: true });
  const [first] = all;
  if (isNew && first !== undefined)
    throw foreign(`Somebody put ${join(home, first.name)} there while it was made.`);
  // Who may read what it leads to would be changed there.
  const link = all.find((entry) => entry.isSymbolicLink());
  if (link !== undefined) throw foreign(`${join(link.parentPath, link.name)} leads elsewhere.`);
  return all.filter(({ parentPath }) => parentPath === home).map((entry) => join(home, entry.name));
}

/** Lets the service into its folder; before it is there Windows knows no such account. */
export async function openToService(machine: Machine, home: string, name: string): Promise<void> {
  await order(machine, 'icacls.exe', [home, '/grant:r', everything(serviceId(name))]);
}

function everything(id: string): string {
  return `*${id}:(OI)(CI)F`;
}

/** @returns who was given something there by name */
async function checkOwner(machine: Machine, home: string, trusted: readonly string[]): Promise<string[]> {
  // One that leads elsewhere would have us close what is there, and have an owner that it has not.
  if ((await lstat(home)).isSymbolicLink()) throw foreign(`${home} leads elsewhere.`);
  // PowerShell takes the curly ones for quotes as well.
  const path = home.replaceAll(/['\u2018-\u201b]/g, '$&$&');
  const asked = [
    `$acl = Get-Acl -LiteralPath '${path}'`,
    '$id = [Security.Principal.SecurityIdentifier]',
    '$acl.GetOwner($id).Value',
    '$acl.GetAccessRules($true, $false, $id) | ForEach-Object { $_.IdentityReference.Value }',
  ].join('; ');
  const words = ['-NoProfile', '-NonInteractive', '-Command', asked];
  const [owner = '', ...named] = (await order(machine, 'powershell.exe', words)).trim().split(/\s+/);
  if (trusted.includes(owner)) return [...new Set(named)];
  const who = owner === '' ? 'somebody unknown' : owner;
  throw foreign(`${home} is there already and belongs to ${who}, who is no administrator.`);
}

function foreign(title: string): Problem {
  const fix =
    'Look at what is in it, remove it or name another folder (--home), and install the service again.';
  return new Problem('service-home-foreign', title, fix);
}

/** The id of the account `NT SERVICE\name`, made of its name: https://learn.microsoft.com/windows-server/identity/ad-ds/manage/understand-security-identifiers */
export function serviceId(name: string): string {
  const digest = createHash('sha1').update(name.toUpperCase(), 'utf16le').digest();
  const parts = [0, 4, 8, 12, 16].map((at) => digest.readUInt32LE(at));
  return `S-1-5-80-${parts.join('-')}`;
}
