import { expect, it } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMounted } from '../../src/accounts/mounted-values.ts';
import { readImport } from '../../src/cli/import-file.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';

// The attack: a file of accounts names a pipe that nobody writes to, so that a proxy that follows it stands
// still; or a device, or a disk image, that fills the memory.

const folder = temporaryFolders();
const posix = it.skipIf(process.platform === 'win32');

posix('a file of accounts that names a pipe or a device is refused at once', async () => {
  const home = folder();
  const path = join(home, 'accounts.toml');
  const pipe = join(home, 'pipe');
  expect(Bun.spawnSync(['mkfifo', pipe]).success).toBe(true);
  for (const named of [pipe, '/dev/zero']) {
    writeFileSync(path, `[[accounts]]\nname = "a"\nkind = "api-key"\nsecret_file = "${named}"\n`);
    const { message } = await problemOf(readMounted({ path, env: {} }));
    expect(message).toContain(`${named} cannot be read: it is not a file`);
  }
});

posix('of what is imported no more is read than any export has', async () => {
  const reading = readImport('/dev/zero', { env: {}, askPassphrase: () => Promise.reject(new Error()) });
  expect((await problemOf(reading)).message).toContain('larger than 16 MiB');
});
