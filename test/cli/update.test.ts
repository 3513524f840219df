import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGone } from '../../src/cli/stop.ts';
import { publicKeyText } from '../../src/update/minisign.ts';
import { Bench, parsed, until } from '../help/a-command.ts';
import { aCompiledProgram, compiledBytes } from '../help/a-compiled-program.ts';
import { aProgram, ReleaseServer, sha256, target } from '../help/a-release.ts';
import { HandSource } from '../help/a-source.ts';
import { anUpstream, type Upstream } from '../help/an-upstream.ts';

/** Compiling, and a program of a hundred megabytes that is copied a few times (ms). */
const patienceMs = 60_000;

/** Programs of this machine are made here for Linux alone; other systems have their turn where a release is tested. */
const isLinux = process.platform === 'linux' && process.arch === 'x64';
const next = '99.0.0';
/** The program that is updated: the built one where there is one. */
const made: { folder: string; old: string; version: string; newer: Buffer } = {
  folder: '',
  old: '',
  version: '1.0.0',
  newer: Buffer.alloc(0),
};

beforeAll(() => {
  if (!isLinux) return;
  made.folder = mkdtempSync(join(tmpdir(), 'update-'));
  const built = process.env['CCPROXY_BINARY'];
  made.old = built ?? aCompiledProgram(join(made.folder, 'old'), made.version, target);
  if (built !== undefined) made.version = versionOf(built);
  made.newer = compiledBytes(join(made.folder, 'new'), next, target);
}, patienceMs);
afterAll(() => {
  if (isLinux) rmSync(made.folder, { recursive: true });
});

function versionOf(binary: string): string {
  const said = Bun.spawnSync([binary, '--version', '--json']).stdout.toString();
  return parsed<{ version: string }>(said).version;
}

/** A machine with the old program installed, and a feed. */
class Installed {
  readonly bench = new Bench();
  readonly binary: string;

  constructor(server: ReleaseServer) {
    const bin = join(this.bench.folder, 'bin');
    mkdirSync(bin);
    this.binary = join(bin, 'claude-code-proxy');
    copyFileSync(made.old, this.binary);
    chmodSync(this.binary, 0o755);
    mkdirSync(this.bench.home, { mode: 0o700 });
    const keys = JSON.stringify([publicKeyText(server.key)]);
    const text = `[update]\nfeed_url = "${server.feed.url.href}"\nkeys = ${keys}\n`;
    writeFileSync(join(this.bench.home, 'config.toml'), text, { mode: 0o600 });
  }

  /** Of proxies that were seen. */
  readonly #pids = new Set<number>();

  async run(...words: string[]) {
    const child = Bun.spawn([this.binary, ...words], {
      cwd: this.bench.folder,
      env: this.bench.env,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { out, err, code };
  }

  /** What `run.json` says of the proxy that runs. */
  get running(): { pid: number; url: string; version: string; program: { path: string } } {
    const said: { pid: number; url: string; version: string; program: { path: string } } = parsed(
      readFileSync(join(this.bench.home, 'run.json'), 'utf8'),
    );
    this.#pids.add(said.pid);
    return said;
  }

  async close(): Promise<void> {
    await this.run('stop');
    // One that has left its place still closes what it has opened.
    for (const pid of this.#pids) await until(() => isGone(pid));
    await this.bench.close();
  }
}

let server: ReleaseServer;
let here: Installed;
const upstreams: Upstream[] = [];
beforeEach(async () => {
  server = await ReleaseServer.start();
});
afterEach(async () => {
  for (const upstream of upstreams.splice(0)) await upstream.close();
  await server.close();
});

describe.if(isLinux)('the program itself', () => {
  beforeEach(() => {
    here = new Installed(server);
  });
  afterEach(() => here.close());

  test(
    'says what is newer, takes it, serves with it, and goes back, with what was written meanwhile',
    async () => {
      server.publish({ version: next, program: made.newer });
      const add = await here.run('auth', 'add', 'one', '--kind', 'passthrough');
      expect(add.code).toBe(0);
      const check = await here.run('update', '--check', '--json');
      expect(parsed<object>(check.out)).toMatchObject({ current: made.version, offered: next, newer: true });
      expect(versionOf(here.binary)).toBe(made.version);
      const doctor = await here.run('doctor', '--json', '--offline');
      const { checks } = parsed<{ checks: { name: string; says: string }[] }>(doctor.out);
      expect(checks.find(({ name }) => name === 'update')?.says).toBe(
        `version ${next} is available; this is ${made.version}`,
      );

      const update = await here.run('update');
      expect(update.err).toContain(`version ${next} is available; loading claude-code-proxy-linux-amd64.gz`);
      expect(update.out).toBe(`updated ${here.binary} from ${made.version} to ${next}\n`);
      expect(update.code).toBe(0);
      expect(versionOf(here.binary)).toBe(next);
      expect(sha256(readFileSync(here.binary))).toBe(sha256(made.newer));
      expect((await here.run('auth', 'add', 'two', '--kind', 'passthrough')).code).toBe(0);
      expect((await here.run('update')).out).toBe(`${next} is the newest version.\n`);

      const back = await here.run('update', '--rollback');
      expect(back.out).toBe(`went back from ${next} to ${made.version}: ${here.binary}\n`);
      expect(sha256(readFileSync(here.binary))).toBe(sha256(readFileSync(made.old)));
      const list = parsed<{ name: string }[]>((await here.run('auth', 'list', '--json')).out);
      expect(list.map(({ name }) => name)).toEqual(['one', 'two']);
      expect((await here.run('update', '--rollback')).err).toContain('error [update-no-previous]');
    },
    patienceMs,
  );

  test(
    'starts the proxy in the background anew, on its port, beside the answers that it still gives',
    async () => {
      const source = new HandSource();
      const headers = ['content-type', 'text/event-stream'];
      const upstream = await anUpstream(() => ({ status: 200, headers, body: source }));
      upstreams.push(upstream);
      await here.run('auth', 'add', 'one', '--kind', 'passthrough', '--base-url', upstream.url);
      // `run` has started it, and goes.
      const ran = await here.run('run', '--port', '0', '--passthrough', '--', 'true');
      expect(ran.code).toBe(0);
      const before = here.running;
      expect(before).toMatchObject({ version: made.version, program: { path: realpathSync(here.binary) } });
      const answering = fetch(`${before.url}/v1/messages`, {
        method: 'POST',
        headers: { authorization: 'Bearer planted' },
        body: '{"model":"claude-opus-5-5","stream":true,"messages":[]}',
      });
      await until(() => source.isStarted);
      source.chunk('event: message_start\ndata: {"type":"message_start"}\n\n');
      const answer = await answering;
      server.publish({ version: next, program: made.newer });
      const update = await here.run('update');
      expect(update.err).toContain('starting the proxy in the background anew');
      const after = here.running;
      expect(update.out).toContain(`${before.url} is served by version ${next} now (process ${after.pid})`);
      expect(after).toMatchObject({ url: before.url, version: next });
      expect(after.pid).not.toBe(before.pid);
      // The answer that began with the old one comes to its end.
      source.chunk('event: message_stop\ndata: {"type":"message_stop"}\n\n');
      source.end();
      expect(await answer.text()).toEndWith('"message_stop"}\n\n');
    },
    patienceMs,
  );

  test(
    'leaves a proxy in the background that would come back without what it was started with',
    async () => {
      await here.run('auth', 'add', 'one', '--kind', 'passthrough');
      here.bench.env['https_proxy'] = 'http://ann:planted@127.0.0.1:9';
      await here.run('run', '--port', '0', '--passthrough', '--', 'true');
      delete here.bench.env['https_proxy'];
      const before = here.running;
      server.publish({ version: next, program: made.newer });
      const update = await here.run('update');
      expect(update.out).toContain('It was started with other variables than are set here (https_proxy).');
      expect(here.running).toEqual(before);
      expect(readFileSync(join(here.bench.home, 'run.json'), 'utf8')).not.toContain('planted');
      expect(versionOf(here.binary)).toBe(next);
    },
    patienceMs,
  );

  test(
    'puts the version before back where the new one does not come up as a proxy',
    async () => {
      await here.run('auth', 'add', 'one', '--kind', 'passthrough');
      await here.run('run', '--port', '0', '--passthrough', '--', 'true');
      const before = here.running;
      // It passes every trial, and then serves nobody.
      server.publish({ version: next, program: aProgram(next) });
      const update = await here.run('update');
      expect(update.err).toContain('it did not come up');
      expect(update.err).toContain('error [update-rolled-back]');
      expect(update.code).toBe(1);
      expect(sha256(readFileSync(here.binary))).toBe(sha256(readFileSync(made.old)));
      expect(here.running).toMatchObject({ url: before.url, version: made.version });
      expect((await fetch(`${before.url}/health/live`)).status).toBe(200);
    },
    patienceMs,
  );

  test(
    'leaves a proxy at a terminal to whoever started it',
    async () => {
      const child = Bun.spawn([here.binary, 'serve', '--port', '0'], {
        env: here.bench.env,
        stdout: 'ignore',
        stderr: 'ignore',
      });
      try {
        await until(() => existsSync(join(here.bench.home, 'run.json')));
        server.publish({ version: next, program: made.newer });
        const update = await here.run('update');
        expect(update.out).toContain(
          `(process ${child.pid}) goes on with version ${made.version}. Stop it and start it again`,
        );
        expect(here.running.pid).toBe(child.pid);
        // Whoever has the database open would write into the one that was taken away.
        const back = await here.run('update', '--rollback', '--database');
        expect(back.err).toContain('error [update-rollback-running]');
        expect(versionOf(here.binary)).toBe(next);
      } finally {
        child.kill();
        await child.exited;
      }
    },
    patienceMs,
  );

  test('tells a package manager instead, where one brought it', async () => {
    writeFileSync(
      `${here.binary}.install.json`,
      '{"by":"homebrew","update":"brew upgrade claude-code-proxy"}',
    );
    server.publish({ version: next, program: made.newer });
    const { err, code } = await here.run('update');
    expect(err).toContain('error [update-managed]: This program belongs to a package (homebrew)');
    expect(err).toContain('To update it: brew upgrade claude-code-proxy');
    expect(code).toBe(6);
    expect(server.asked).toEqual([]);
  });

  test('tries itself in a folder of its own, and leaves nothing there', async () => {
    const { out, code } = await here.run('self-test', '--json');
    expect(parsed<object>(out)).toEqual({ ok: true, version: made.version });
    expect(code).toBe(0);
    expect(existsSync(join(here.bench.home, 'proxy.db'))).toBe(false);
  });
});

test('a checkout is updated by git', async () => {
  const bench = new Bench();
  try {
    const { err, code } = await bench.run(['update']);
    const isBinary = process.env['CCPROXY_BINARY'] !== undefined;
    expect(err).toContain(isBinary ? 'error [update-no-feed]' : '`git pull`');
    expect(code).toBe(isBinary ? 3 : 6);
  } finally {
    await bench.close();
  }
});
