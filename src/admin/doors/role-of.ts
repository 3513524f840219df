import type { Role } from '../../access/people/role.ts';
import type { Settings } from '../../config/settings.ts';
import type { Identity } from '../../oauth/identity.ts';

type Named = Pick<Identity, 'provider' | 'subject' | 'email'>;

/** What the settings let somebody do whom a provider vouches for; undefined for nothing. */
export function roleOf(
  identity: Named,
  { providers, admins, viewers }: Pick<Settings['admin'], 'providers' | 'admins' | 'viewers'>,
): Role | undefined {
  if (!providers.includes(identity.provider)) return undefined;
  const isOnlyOne = new Set(providers).size === 1;
  const isNamed = (entry: string): boolean => isMeant(entry, identity, isOnlyOne);
  if (admins.some(isNamed)) return 'admin';
  return viewers.some(isNamed) ? 'viewer' : undefined;
}

/**
 * An entry with an `@` is an address and never a subject: else somebody could be given the address of another as subject.
 * A subject means somebody at one provider alone (OpenID Connect Core §2): where there are several, anybody could register
 * at the other one as the same, so it stands behind the name of its own there.
 */
function isMeant(entry: string, { provider, subject, email }: Named, isOnlyOne: boolean): boolean {
  if (!entry.includes('@')) return entry === `${provider}:${subject}` || (isOnlyOne && entry === subject);
  const wanted = entry.toLowerCase();
  if (email === undefined) return false;
  return wanted.startsWith('*') ? domainOf(email) === wanted.slice(1) : email === wanted;
}

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@'));
}
