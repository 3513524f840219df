import type { Flaw } from './flaws.ts';
import type { NamedTable } from './given.ts';
import type { Settings } from './settings.ts';

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
