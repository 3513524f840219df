import { describe, expect, test } from 'bun:test';
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRunning } from '../../src/admin/remote.ts';
import { wallClock } from '../../src/base/clock.ts';
import { machineOf } from '../../src/cli/service-here.ts';
import { extraCaOfUpdate, settingsOfUpdate } from '../../src/cli/update-settings.ts';
import { openSender } from '../../src/wire/send.ts';
import { aCli } from '../help/a-cli.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';
import { noStranger, stranger, strangersHome } from '../help/a-stranger.ts';

/*
 * The attack: the user of a service has its settings, the certificates they name, or run.json lead to a file that only root
 * may read, to a pipe that nobody writes into, or to a device without end. The next `sudo claude-code-proxy update`, or
 * `service restart --system`, reads it: as root, and for ever.
 */

if (noStranger !== undefined) console.warn(`SKIPPED: what root reads for a service: ${noStranger}`);

const folder = temporaryFolders();

/** A home of somebody else, and a file that is root's alone. */
function anAttack() {
  const place = folder();
  const home = strangersHome(place);
  const secret = join(place, 'of-root');
  mkdirSync(secret, { mode: 0o755 });
  const kept = join(secret, 'kept.pem');
  writeFileSync(kept, 'what only root reads', { mode: 0o600 });
  return { home, kept, config: join(home, 'config.toml'), cli: aCli({ CCPROXY_HOME: home }) };
}

/** Settings of theirs that name certificates. */
function names(config: string, path: string): void {
  writeFileSync(config, `[upstream]\nextra_ca = "${path}"\n`);
  chownSync(config, stranger.uid, stranger.gid);
}

function pipeAt(path: string): void {
  expect(Bun.spawnSync(['mkfifo', path]).success).toBe(true);
  chmodSync(path, 0o666);
}

describe.skipIf(noStranger !== undefined)('root that updates a service', () => {
  test('reads no certificates that the service may not', async () => {
    const { config, kept, cli } = anAttack();
    names(config, kept);
    const loaded = await settingsOfUpdate(cli, { ...machineOf(cli), uid: 0 });
    expect((await problemOf(extraCaOfUpdate(cli, loaded))).code).toBe('ca-unreadable');
  });

  test('waits for no pipe and fills no memory where certificates should be', async () => {
    const { config, home, cli } = anAttack();
    const pipe = join(home, 'pipe');
    pipeAt(pipe);
    for (const path of [pipe, '/dev/zero']) {
      names(config, path);
      const loaded = await settingsOfUpdate(cli, { ...machineOf(cli), uid: 0 });
      expect((await problemOf(extraCaOfUpdate(cli, loaded))).message).toContain('it is not a file');
    }
  });

  test('reads those that the service reads', async () => {
    const { config, home, cli } = anAttack();
    const path = join(home, 'company.pem');
    writeFileSync(path, 'certificates', { mode: 0o644 });
    names(config, path);
    expect(await extraCaOfUpdate(cli, await settingsOfUpdate(cli, { ...machineOf(cli), uid: 0 }))).toBe(
      'certificates',
    );
  });

  test('reads no settings behind a link that leads further than the service gets', async () => {
    const { config, kept, cli } = anAttack();
    symlinkSync(kept, config);
    expect((await problemOf(settingsOfUpdate(cli, { ...machineOf(cli), uid: 0 }))).code).toBe(
      'config-unreadable',
    );
  });

  test('waits for no pipe where settings should be', async () => {
    const { config, cli } = anAttack();
    pipeAt(config);
    expect((await problemOf(settingsOfUpdate(cli, { ...machineOf(cli), uid: 0 }))).message).toContain(
      'it is not a file',
    );
  });

  test('finds nothing running where run.json is a pipe, or has no end', async () => {
    const { home } = anAttack();
    const sender = openSender({ clock: wallClock });
    const path = join(home, 'run.json');
    pipeAt(path);
    expect(await findRunning(path, sender)).toBeUndefined();
    const other = join(home, 'other.json');
    symlinkSync('/dev/zero', other);
    expect(await findRunning(other, sender)).toBeUndefined();
    sender.close();
  });
});
