import type { Role } from '../../access/people/role.ts';
import type { Settings } from '../../config/settings.ts';
import type { Identity } from '../../oauth/identity.ts';

/** What the settings let somebody do whom a provider vouches for; undefined for nothing. */
export function roleOf(
  identity: Pick<Identity, 'provider' | 'subject' | 'email'>,
  { providers, admins, viewers }: Pick<Settings['admin'], 'providers' | 'admins' | 'viewers'>,
): Role | undefined {
  if (!providers.includes(identity.provider)) return undefined;
  const isNamed = (entry: string): boolean => isMeant(entry, identity);
  if (admins.some(isNamed)) return 'admin';
  return viewers.some(isNamed) ? 'viewer' : undefined;
}

/** An entry with an `@` is an address and never a subject: else somebody could be given the address of another as subject. */
function isMeant(entry: string, { subject, email }: Pick<Identity, 'subject' | 'email'>): boolean {
  if (!entry.includes('@')) return entry === subject;
  const wanted = entry.toLowerCase();
  if (email === undefined) return false;
  return wanted.startsWith('*') ? domainOf(email) === wanted.slice(1) : email === wanted;
}

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@'));
}
