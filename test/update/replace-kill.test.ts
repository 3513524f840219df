import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { Database as Sqlite } from 'bun:sqlite';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { wallClock } from '../../src/base/clock.ts';
import { publicKeyText } from '../../src/update/minisign.ts';
import { removeLeftovers } from '../../src/update/leftovers.ts';
import type { Step } from '../../src/update/replace.ts';
import { rollBack } from '../../src/update/roll-back.ts';
import { until } from '../help/a-command.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { startScript } from '../help/a-process.ts';
import { aProgram, AnInstallation, binaryName, ReleaseServer } from '../help/a-release.ts';
import { HandSource } from '../help/a-source.ts';

const folder = temporaryFolders();
let server: ReleaseServer;
beforeEach(async () => {
  server = await ReleaseServer.start();
});
afterEach(() => server.close());

/** An installation with a database, and what updates it in another process until `step` is done. */
function anUpdate(step: Step | 'none') {
  const place = folder();
  const installed = new AnInstallation(place);
  const file = new Sqlite(installed.here.database, { create: true });
  file.run('create table calls (id integer)');
  file.close();
  const script = new URL('update-and-die.ts', import.meta.url);
  const child = startScript(script, [place, server.feed.url.href, publicKeyText(server.key), step]);
  return { place, installed, child };
}

function versionSaid(binary: string): string {
  const said = Bun.spawnSync([binary, '--version', '--json']).stdout.toString();
  return (JSON.parse(said) as { version: string }).version;
}

const steps: [Step, version: string][] = [
  ['locked', '1.0.0'],
  ['downloaded', '1.0.0'],
  ['unpacked', '1.0.0'],
  ['copied', '1.0.0'],
  ['tried', '1.0.0'],
  ['noted', '1.0.0'],
  ['swapped', '1.1.0'],
];

// The programs of these tests are scripts of a shell.
describe.if(process.platform !== 'win32')('an update that is killed', () => {
  test.each(steps)(
    'once it has %s leaves version %s, whole, and the next one goes through',
    async (step, version) => {
      server.publish({ version: '1.1.0' });
      const { place, installed, child } = anUpdate(step);
      expect(await child.exited).not.toBe(0);
      expect(child.signalCode).toBe('SIGKILL');
      expect(installed.binary.equals(aProgram(version))).toBe(true);
      expect(versionSaid(installed.here.binary)).toBe(version);
      if (version === '1.0.0') await new AnInstallation(place).update(server.feed);
      expect(versionSaid(installed.here.binary)).toBe('1.1.0');
      expect(readFileSync(`${installed.here.binary}.previous`).equals(installed.before)).toBe(true);
      await removeLeftovers(installed.here.binary, installed.here.home, Date.now() + 30 * 86_400_000);
      expect(installed.beside.filter((name) => !name.includes('.update-'))).toEqual([
        'claude-code-proxy',
        'claude-code-proxy.previous',
      ]);
      // What was left behind keeps nobody from going back.
      const back = await rollBack(
        { ...installed.here, current: '1.1.0' },
        { clock: wallClock, withDatabase: false },
      );
      expect(back.to).toBe('1.0.0');
      expect(installed.binary.equals(installed.before)).toBe(true);
    },
  );

  test('in the middle of a download leaves what runs, and the next one goes on there', async () => {
    server.publish({ version: '1.1.0', isBare: true });
    const whole = server.files.get(binaryName) ?? Buffer.alloc(0);
    const source = new HandSource();
    server.lie = (name) =>
      name === binaryName
        ? { status: 200, headers: ['content-length', String(whole.length)], body: source }
        : undefined;
    const { place, installed, child } = anUpdate('none');
    await until(() => source.isStarted);
    source.chunk(whole.subarray(0, 30_000));
    await until(() => {
      const part = installed.beside.find((name) => name.includes('.load-'));
      return part !== undefined && statSync(join(dirname(installed.here.binary), part)).size === 30_000;
    });
    child.kill('SIGKILL');
    await child.exited;
    expect(installed.binary.equals(installed.before)).toBe(true);
    server.lie = () => undefined;
    await new AnInstallation(place).update(server.feed);
    expect(server.asked.at(-1)).toBe(`${binaryName} bytes=30000-`);
    expect(versionSaid(installed.here.binary)).toBe('1.1.0');
  });
});
