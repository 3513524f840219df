import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
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
 * @throws Problem service-home-foreign, service-failed, service-rights
 */
export async function closeWindowsHome(
  machine: Machine,
  home: string,
  name: string,
  isThere: boolean,
): Promise<void> {
  const made = await mkdir(home, { recursive: true });
  const service = serviceId(name);
  // Whoever makes it is an administrator, whatever the owner of what they make is.
  if (made === undefined) await checkOwner(machine, home, [system, administrators, service]);
  const icacls = (...words: readonly string[]) => order(machine, 'icacls.exe', [home, ...words]);
  await icacls('/setowner', `*${administrators}`, '/T', '/Q');
  // What anybody was given by name goes; what is in it has from now on what the folder has.
  await icacls('/reset', '/T', '/Q');
  const allowed = [system, administrators, ...(isThere ? [service] : [])];
  await icacls('/inheritance:r', '/grant:r', ...allowed.map(everything));
}

/** Lets the service into its folder; before it is there Windows knows no such account. */
export async function openToService(machine: Machine, home: string, name: string): Promise<void> {
  await order(machine, 'icacls.exe', [home, '/grant:r', everything(serviceId(name))]);
}

function everything(id: string): string {
  return `*${id}:(OI)(CI)F`;
}

async function checkOwner(machine: Machine, home: string, trusted: readonly string[]): Promise<void> {
  // One that leads elsewhere would have us close what is there, and have an owner that it has not.
  if ((await lstat(home)).isSymbolicLink()) throw foreign(`${home} leads elsewhere.`);
  // PowerShell takes the curly ones for quotes as well.
  const path = home.replaceAll(/['\u2018-\u201b]/g, '$&$&');
  const asked = `(Get-Acl -LiteralPath '${path}').GetOwner([Security.Principal.SecurityIdentifier]).Value`;
  const words = ['-NoProfile', '-NonInteractive', '-Command', asked];
  const owner = (await order(machine, 'powershell.exe', words)).trim();
  if (trusted.includes(owner)) return;
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
