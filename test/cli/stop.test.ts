import { afterEach, expect, test } from 'bun:test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benches, parsed, program, until, type Bench } from '../help/a-command.ts';
import { HandSource } from '../help/a-source.ts';
import { anUpstream, type Upstream } from '../help/an-upstream.ts';

const bench = benches();
const upstreams: Upstream[] = [];
afterEach(async () => {
  for (const upstream of upstreams.splice(0)) await upstream.close();
});

async function withAccount(...more: string[]): Promise<Bench> {
  const made = bench();
  await made.run(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin', ...more], {
    input: 'sk-ant-api03-planted-0001',
  });
  return made;
}

test('what `run` has started in the background is gone when stop comes back', async () => {
  const made = await withAccount();
  const ran = await made.run(['run', '--port', '0', '--', process.execPath, '--version']);
  expect(ran.err).toContain('`claude-code-proxy stop` ends it.');
  const { pid, url } = parsed<{ pid: number; url: string }>(
    readFileSync(join(made.home, 'run.json'), 'utf8'),
  );
  const { out, err, code } = await made.run(['stop']);
  expect(out).toBe(`stopped ${url} (process ${pid})\n`);
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(await fetch(url).catch(() => 'nobody there')).toBe('nobody there');
  expect(existsSync(join(made.home, 'run.json'))).toBe(false);
});

test('the proxy at a terminal ends as well, and says why', async () => {
  const made = bench();
  const proxy = await made.start(['serve', '--port', '0']);
  const { out } = await made.run(['stop', '--json']);
  expect(JSON.parse(out)).toEqual({ stopped: true, pid: proxy.pid, url: proxy.url });
  expect(await proxy.ended).toBe(0);
  expect(proxy.err()).toContain('stop asked for by a command');
});

test('where none runs, that is said and is no failure', async () => {
  const made = bench();
  expect(await made.run(['stop'])).toEqual({ out: 'The proxy is not running.\n', err: '', code: 0 });
  const { out, code } = await made.run(['stop', '--json']);
  expect(JSON.parse(out)).toEqual({ stopped: false });
  expect(code).toBe(0);
  expect(existsSync(made.home)).toBe(false);
});

test.if(process.platform === 'linux')(
  'a process that nobody asks for its end is gone all the same',
  async () => {
    const made = bench();
    // Its parent becomes `sleep`, which never asks for an exit code, as many a first process of a container.
    const parent = Bun.spawn(['sh', '-c', '"$@" & exec sleep 60', 'sh', ...program, 'serve', '--port', '0'], {
      env: made.env,
      stdout: 'ignore',
      stderr: 'ignore',
    });
    try {
      await until(() => existsSync(join(made.home, 'run.json')));
      expect((await made.run(['stop'])).code).toBe(0);
    } finally {
      parent.kill('SIGKILL');
    }
  },
);

/** A proxy on this bench with one streamed answer underway. */
async function streaming(config: string) {
  const source = new HandSource();
  const headers = ['content-type', 'text/event-stream'];
  const upstream = await anUpstream(() => ({ status: 200, headers, body: source }));
  upstreams.push(upstream);
  const made = await withAccount('--base-url', upstream.url);
  writeFileSync(join(made.home, 'config.toml'), config);
  const proxy = await made.start(['serve', '--port', '0']);
  const answering = fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    body: '{"model":"claude-opus-5-5","stream":true,"messages":[]}',
  });
  await until(() => source.isStarted);
  source.chunk('event: ping\ndata: {"type":"ping"}\n\n');
  return { made, proxy, source, answer: await answering };
}

test('a running answer may end first, and stop waits for it', async () => {
  const { made, proxy, source, answer } = await streaming('');
  const stopping = made.run(['stop']);
  await until(() => proxy.err().includes('stop asked for by a command'));
  source.chunk('event: message_stop\ndata: {"type":"message_stop"}\n\n');
  source.end();
  expect(await answer.text()).toContain('"message_stop"');
  const { out, err, code } = await stopping;
  expect(err).toBe('1 call running; waiting for the end of that, 25 s at most\n');
  expect(out).toStartWith('stopped ');
  expect(code).toBe(0);
});

test('the time that answers get is the one the settings say now, not the one at the start', async () => {
  const { made, proxy, answer } = await streaming('[server]\ndrain_seconds = 3600\n');
  writeFileSync(join(made.home, 'config.toml'), '[server]\ndrain_seconds = 0\n');
  await until(() => proxy.err().includes('server.drain_seconds'));
  const { err, code } = await made.run(['stop']);
  expect(err).toContain('0 s at most');
  expect(code).toBe(0);
  await proxy.ended;
  await expect(answer.text()).rejects.toThrow();
});
