import { LocalPeople, type PeopleManagement } from '../admin/people.ts';
import { onBehalfOf } from '../admin/pages/asker.ts';
import type { Log } from '../base/log.ts';
import { loadSettings } from '../config/load.ts';
import { keptPeople } from '../server/people.ts';
import { openDatabaseOf } from '../server/stores.ts';
import type { Cli } from './cli.ts';

/** The people of the home directory, where no proxy runs. */
export async function peopleHere<T>(
  { places, env, clock }: Cli,
  log: Log,
  use: (people: PeopleManagement) => Promise<T>,
): Promise<T> {
  const { settings } = await loadSettings({ places, env, flags: {} });
  const database = await openDatabaseOf({ places, env, settings, clock, log });
  const asker = { role: 'admin', name: 'a command', via: 'command', session: '', address: '' } as const;
  try {
    const kept = keptPeople({ database, settings: () => settings, clock, log });
    return await onBehalfOf(asker, () => use(new LocalPeople(kept)));
  } finally {
    await database.close();
  }
}
