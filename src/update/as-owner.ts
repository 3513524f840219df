import type { Owner } from '../base/path-owners.ts';

/**
 * Does `work` with the rights of `owner`, and with no others; without one, with those of this process. What root
 * does in a home directory that belongs to somebody else goes through here: whatever they put there, a link to
 * `/etc` or to another user's database, then leads no further than they get themselves.
 *
 * It is the whole process that has these rights meanwhile, so this is for a command that does one thing at a time,
 * never for one that serves. Only the effective user changes: nobody may send signals to this process, or look
 * into it, who could not before. No program is to be started meanwhile: it could become root again.
 *
 * @throws what `work` throws; the system error where root may not become somebody else
 */
export async function asOwner<T>(owner: Owner | undefined, work: () => Promise<T>): Promise<T> {
  if (owner === undefined || process.geteuid?.() !== 0) return work();
  const groups = process.getgroups?.() ?? [];
  const group = process.getegid?.() ?? 0;
  try {
    process.setgroups?.([owner.gid]);
    process.setegid?.(owner.gid);
    process.seteuid?.(owner.uid);
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(group);
    process.setgroups?.(groups);
  }
}
