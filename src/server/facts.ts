import { stat } from 'node:fs/promises';
import type { Management } from '../admin/management.ts';
import type { Facts } from '../admin/pages/sources.ts';
import { redacted } from '../base/redact.ts';
import type { AdminOptions } from './admin.ts';

/** What the page about health says before anything is looked at. */
export async function factsOf(
  { places, live, logs, newer }: Pick<AdminOptions, 'places' | 'live' | 'logs' | 'newer'>,
  { vault }: Pick<Management, 'vault'>,
): Promise<Facts> {
  const { url } = live.settings.database;
  return {
    home: places.home,
    runtime: `Bun ${Bun.version} on ${process.platform} ${process.arch}`,
    newer: newer(),
    database:
      url === undefined
        ? { place: places.database, bytes: await sizeOf(places.database) }
        : { place: redacted(url), bytes: null },
    vault: await vault.state(),
    log: logs.view(),
  };
}

/** With what SQLite has not yet put into the file itself. */
async function sizeOf(path: string): Promise<number> {
  const sizes = await Promise.all(
    [path, `${path}-wal`].map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
