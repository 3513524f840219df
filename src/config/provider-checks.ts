import type { Flaw } from './flaws.ts';
import type { NamedTable } from './given.ts';
import type { Settings } from './settings.ts';
import type { Source } from './source.ts';

/** What no setting of a provider can know alone; `tables` are those without a flaw of their own. */
export function checkedProviders({ providers }: Settings, tables: readonly NamedTable[]): Flaw[] {
  const ours = tables.filter(({ section }) => section === 'providers');
  return ours.flatMap(({ key, entry, source }) => {
    const provider = providers.get(entry);
    if (provider?.issuer === undefined && provider?.tokenEndpoint === undefined) {
      const right = `set ${key}.issuer, or ${key}.token_endpoint and what else the way in needs`;
      return [{ source, key, wrong: 'says nothing of who signs people in', right }];
    }
    if (provider.clientSecretEnv !== undefined && provider.clientSecretFile !== undefined) {
      const right = `set ${key}.client_secret_env or ${key}.client_secret_file, not both`;
      return [{ source, key, wrong: 'has its client secret in two places', right }];
    }
    return [];
  });
}

/**
 * Those by which people sign in at the page must be there, and say what that needs. What is wrong with one of them
 * already is not told twice.
 */
export function checkedSignIns(
  { admin, providers }: Settings,
  sources: ReadonlyMap<string, Source>,
  flaws: readonly Flaw[],
): Flaw[] {
  const key = 'admin.providers';
  const source = sources.get(key) ?? { from: 'default' };
  const isKnown = (name: string): boolean =>
    flaws.some((flaw) => flaw.key === undefined || `${flaw.key}.`.startsWith(`providers.${name}.`));
  const lacking = admin.providers
    .filter((name) => !isKnown(name))
    .flatMap((name) => {
      const provider = providers.get(name);
      if (provider === undefined) {
        const right = `add that table, or leave "${name}" out`;
        return [{ source, key, wrong: `names "${name}", and there is no [providers.${name}]`, right }];
      }
      const missing = [
        ...(provider.issuer === undefined ? ['issuer'] : []),
        ...(provider.clientId === undefined ? ['client_id'] : []),
      ];
      if (missing.length === 0) return [];
      const right = `set ${missing.map((one) => `providers.${name}.${one}`).join(' and ')}`;
      return [{ source, key, wrong: `names "${name}", by which nobody can sign in at the page`, right }];
    });
  return [...lacking, ...checkedSubjects(admin, sources)];
}

/** A subject means somebody at one provider alone: of several, it has to be said which. */
function checkedSubjects(
  { providers, admins, viewers }: Settings['admin'],
  sources: ReadonlyMap<string, Source>,
): Flaw[] {
  const [first, ...others] = new Set(providers);
  if (first === undefined || others.length === 0) return [];
  const isBare = (entry: string): boolean =>
    !entry.includes('@') && !providers.some((name) => entry.startsWith(`${name}:`));
  const people = { 'admin.admins': admins, 'admin.viewers': viewers };
  return Object.entries(people).flatMap(([key, entries]) =>
    entries.filter(isBare).map((entry) => {
      const wrong = `names "${entry}", whom each provider of admin.providers may call by that`;
      const right = `write which of them means it, such as "${first}:${entry}"`;
      return { source: sources.get(key) ?? { from: 'default' }, key, wrong, right };
    }),
  );
}
