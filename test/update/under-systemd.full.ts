import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicKeyText } from '../../src/update/minisign.ts';
import { newSecretKey } from '../../src/update/secret-key.ts';
import { parsed, until } from '../help/a-command.ts';
import { aCompiledProgram, compiledBytes } from '../help/a-compiled-program.ts';
import { Load } from '../help/a-load.ts';
import { freePort } from '../help/a-port.ts';
import { startScript } from '../help/a-process.ts';
import { aProgram, aRelease, target } from '../help/a-release.ts';
import { noSystemdHere, Systemd } from '../help/a-systemd.ts';

// An administrator updates the program that the service of the machine runs, under a real systemd whose changes are
// gone with it.

const missing = noSystemdHere();
if (missing !== undefined) console.warn(`SKIPPED: an update under a real systemd: ${missing}`);

const binary = '/usr/local/bin/claude-code-proxy';
const home = '/var/lib/claude-code-proxy';

describe.skipIf(missing !== undefined)('the service of a machine', () => {
  const key = newSecretKey();
  let folder: string;
  let feed: string;
  /** What the administrator says to `update`. */
  let given: string[];
  let systemd: Systemd;
  let serving: ReturnType<typeof startScript>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ccproxy-update-'));
    const old = aCompiledProgram(join(folder, 'old'), '1.0.0', target);
    feed = join(folder, 'feed');
    mkdirSync(feed);
    serving = startScript(new URL('serve-release.ts', import.meta.url), [feed]);
    const { value: first } = await serving.stdout.getReader().read();
    const url = Buffer.from(first ?? [])
      .toString()
      .trim();
    systemd = await Systemd.start('system');
    run('install', '-m', '755', old, binary);
    // What the service could write itself is not believed.
    const settings = `[server]\nport = ${await freePort()}\n[update]\nfeed_url = "https://127.0.0.1:1/"\n`;
    given = [`CCPROXY_UPDATE_FEED_URL=${url}`, `CCPROXY_UPDATE_KEYS=${publicKeyText(key)}`];
    systemd.run(['sh', '-c', `mkdir -p ${home} && cat >${home}/config.toml`], settings);
    run(binary, 'service', 'install', '--system');
  }, 120_000);
  afterAll(async () => {
    serving.kill();
    await systemd.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function run(...words: string[]): string {
    const { code, out, err } = systemd.run(words);
    if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${out}${err}`);
    return out.trim();
  }

  function publish(version: string, program: Buffer): void {
    for (const [name, bytes] of aRelease(key, { version, program })) writeFileSync(join(feed, name), bytes);
  }

  /** The process has served its last connection. */
  const gone = (pid: number): Promise<void> =>
    until(async () => (await systemd.runMeanwhile(['test', '-e', `/proc/${pid}`])).code !== 0);

  const running = () => parsed<{ version: string; pid: number; url: string }>(run('cat', `${home}/run.json`));

  test('is started anew with the newer version, and with the one before', async () => {
    const before = running();
    expect(before.version).toBe('1.0.0');
    publish('1.1.0', compiledBytes(join(folder, 'new'), '1.1.0', target));
    const load = new Load(Number(new URL(before.url).port), 8, (client) => client.get('/health/live'));
    const { out, err } = await systemd.runMeanwhile(['env', ...given, binary, 'update']);
    expect(`${out}${err}`).toContain(`updated ${binary} from 1.0.0 to 1.1.0`);
    await gone(before.pid);
    await load.end();
    expect(load.troubles).toEqual([]);
    expect(load.answered).toBeGreaterThan(1_000);
    const after = running();
    expect(after).toMatchObject({ version: '1.1.0', url: before.url });
    expect((await fetch(`${after.url}/health/live`)).status).toBe(200);
    // What root wrote into the home of the service is the service's.
    const owners = new Set(
      run('sh', '-c', `stat -c %U ${home} ${home}/update.json ${home}/backups/*`).split('\n'),
    );
    expect([...owners]).toEqual(['claude-code-proxy']);
    const again = new Load(Number(new URL(before.url).port), 8, (client) => client.get('/health/live'));
    const back = await systemd.runMeanwhile([binary, 'update', '--rollback']);
    expect(back.out).toContain('went back from 1.1.0 to 1.0.0');
    await gone(after.pid);
    await again.end();
    expect(again.troubles).toEqual([]);
    expect(running().version).toBe('1.0.0');
  }, 120_000);

  test('goes on with the version before where the newer one does not come up', async () => {
    publish('1.2.0', aProgram('1.2.0'));
    const { code, err } = systemd.run(['env', ...given, binary, 'update']);
    expect(err).toContain('error [update-rolled-back]');
    expect(code).toBe(1);
    const { version, url } = running();
    expect(version).toBe('1.0.0');
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect(run(binary, '--version')).toBe('claude-code-proxy 1.0.0');
  }, 120_000);
});
