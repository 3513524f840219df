import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { product } from '../../src/base/product.ts';
import { releaseFolder } from '../help/a-built-file.ts';
import { until } from '../help/a-command.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { freePort } from '../help/a-port.ts';
import { HandSource } from '../help/a-source.ts';
import { aSystemPart } from '../help/a-system-part.ts';
import { Wine } from '../help/a-wine.ts';
import { anUpstream } from '../help/an-upstream.ts';

/** The service as the service control manager of Debian's wine sees it; a real Windows has its turn in the workflow. */

const file = resolve(releaseFolder, `${product.binary}-windows-amd64.exe`);
const program = process.platform === 'linux' ? aSystemPart('wine64', 'wine64', ['/usr/lib/wine']) : undefined;
const isBuilt = existsSync(file);
if (!isBuilt) console.warn(`SKIPPED: ${file} is not there: make release-assets builds it`);
const aFolder = temporaryFolders();
const name = product.binary;

describe.skipIf(program === undefined || !isBuilt)('the service of Windows, in wine', () => {
  let wine: Wine;
  let awake: Bun.Subprocess<'pipe', 'ignore', 'ignore'>;
  beforeAll(() => {
    wine = new Wine(program ?? '');
    // Its services end with the last program of a person.
    awake = Bun.spawn([program ?? '', 'cmd'], {
      env: wine.env,
      stdin: 'pipe',
      stdout: 'ignore',
      stderr: 'ignore',
    });
  });
  afterEach(async () => {
    wine.run(['sc', 'stop', name]);
    await until(() => ['1', undefined].includes(shown('STATE')));
    wine.run(['sc', 'delete', name]);
  });
  afterAll(async () => {
    awake.kill('SIGKILL');
    await awake.exited;
    wine.close();
  });

  /** A number that the manager tells of the service. */
  const shown = (fact: string): string | undefined =>
    new RegExp(`${fact}\\s*:\\s*(\\d+)`).exec(wine.run(['sc', 'query', name]).out)?.[1];

  function install(settings: string): string {
    const home = join(aFolder(), 'home');
    mkdirSync(home);
    writeFileSync(join(home, 'config.toml'), settings);
    const command = `"${wine.path(file)}" service run --home "${wine.path(home)}"`;
    expect(wine.run(['sc', 'create', name, 'binPath=', command, 'start=', 'demand']).code).toBe(0);
    return home;
  }

  test('it starts, serves, lets a running answer end when it shall stop, and has stopped then', async () => {
    const source = new HandSource();
    const headers = ['content-type', 'text/event-stream'];
    const upstream = await anUpstream(() => ({ status: 200, headers, body: source }));
    const port = await freePort();
    const home = install(`[server]\nport = ${port}\n[vault]\nbackend = "key-file"\n`);
    wine.run(['sc', 'start', name]);
    await until(() => shown('STATE') === '4');
    const url = `http://127.0.0.1:${port}`;
    expect((await fetch(`${url}/health/live`)).status).toBe(200);

    const add = ['auth', 'add', 'work', '--kind', 'api-key', '--base-url', upstream.url, '--secret-stdin'];
    const adding = Bun.spawnSync([program ?? '', file, ...add, '--home', wine.path(home)], {
      env: wine.env,
      stdin: Buffer.from('sk-ant-api03-planted-0001'),
    });
    expect(adding.exitCode).toBe(0);
    const answering = fetch(`${url}/v1/messages`, {
      method: 'POST',
      body: '{"model":"claude-opus-5-5","stream":true,"messages":[]}',
    });
    await until(() => source.isStarted);
    source.chunk('event: message_start\ndata: {"type":"message_start","message":{}}\n\n');
    const answer = await answering;

    // It comes back when the manager knows of the stop, not when it is done.
    wine.run(['sc', 'stop', name]);
    await until(() => shown('STATE') === '3');
    expect(Number(shown('WIN32_EXIT_CODE'))).toBe(0);
    source.chunk('event: message_stop\ndata: {"type":"message_stop"}\n\n');
    source.end();
    expect(await answer.text()).toContain('"message_stop"');
    await until(() => shown('STATE') === '1');
    expect(shown('WIN32_EXIT_CODE')).toBe('0');
    expect(existsSync(join(home, 'run.json'))).toBe(false);
    await upstream.close();
  }, 120_000);

  test('one that cannot start tells the manager so, and a person in its file', async () => {
    const home = install('[server]\nport = "many"\n');
    wine.run(['sc', 'start', name]);
    await until(() => shown('STATE') === '1' && shown('WIN32_EXIT_CODE') === '1066');
    expect(shown('SERVICE_EXIT_CODE')).toBe('3');
    expect(readFileSync(join(home, 'logs', 'serve.log'), 'utf8')).toContain('error [config-invalid]');
  }, 120_000);

  test('what is not started by the manager says whose command it is', () => {
    const { exitCode, stderr } = Bun.spawnSync([program ?? '', file, 'service', 'run'], { env: wine.env });
    expect(stderr.toString()).toContain('[service-by-hand]');
    expect(exitCode).toBe(2);
  }, 60_000);
});
