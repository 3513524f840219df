import { expect, test } from 'bun:test';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HandSource } from '../help/a-source.ts';
import { benches, until } from '../help/a-command.ts';
import { rawServer } from '../help/raw.ts';
import { anUpstream } from '../help/an-upstream.ts';

const bench = benches();

test('the first line on standard output says where it listens, and nothing else comes there', async () => {
  const { home, start } = open();
  const proxy = await start(['serve', '--port', '0']);
  expect(proxy.out()).toBe(`listening on ${proxy.url}\n`);
  expect((await fetch(`${proxy.url}/health/live`)).status).toBe(200);
  expect(JSON.parse(readFileSync(join(home, 'run.json'), 'utf8'))).toMatchObject({
    pid: proxy.pid,
    url: proxy.url,
  });
  expect(await proxy.stop()).toBe(0);
  expect(readdirSync(home)).not.toContain('run.json');
});

test('what it counts is there for Prometheus', async () => {
  const proxy = await open().start(['serve', '--port', '0', '--no-open']);
  const response = await fetch(`${proxy.url}/metrics`);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('\nccproxy_build_info{version="');
});

test('no command is the same as serve', async () => {
  const proxy = await open().start(['--port', '0', '--no-open']);
  expect((await fetch(`${proxy.url}/health/live`)).status).toBe(200);
});

test('settings come from flag before environment before file', async () => {
  const { folder, start, run } = open();
  const config = join(folder, 'my.toml');
  writeFileSync(config, '[server]\nport = 1\nhost = "127.0.0.1"\n[log]\nlevel = "error"\n');
  const proxy = await start(['serve', '--config', config, '--port', '0'], { env: { CCPROXY_PORT: '2' } });
  expect(proxy.err()).toBe('');
  await proxy.stop();
  const shown = await run(['config', 'show', 'server.port', '--json', '--config', config], {
    env: { CCPROXY_PORT: '2' },
  });
  expect(JSON.parse(shown.out)).toMatchObject([{ value: 2, source: 'environment CCPROXY_PORT' }]);
});

test('a port in use is told with the process that has it and a way out', async () => {
  const server = await rawServer(() => {});
  const { code, err } = await open().run(['serve', '--port', String(server.port)]);
  await server.close();
  expect(code).toBe(1);
  expect(err).toContain(`error [port-in-use]: Port ${server.port} is in use`);
  if (process.platform === 'linux') expect(err).toContain(`(process ${process.pid})`);
  expect(err).toContain(`--port ${server.port + 1}`);
});

test('an address this machine does not have is told in words', async () => {
  const { run } = open();
  await run(['keys', 'create', 'x']);
  const env = { CCPROXY_SERVER_PUBLIC_URL: 'https://p.example', CCPROXY_SERVER_TRUSTED_PROXIES: '192.0.2.1' };
  const { code, err } = await run(['serve', '--host', '192.0.2.7', '--port', '0'], { env });
  expect(err).toContain('error [address-refused]: The proxy cannot listen on 192.0.2.7 port 0');
  expect(code).toBe(3);
});

test('other machines are not let in without a key', async () => {
  const { code, err } = await open().run(['serve', '--host', '0.0.0.0', '--port', '0']);
  expect(err).toContain('[exposed-without-keys]');
  expect(err).toContain('keys create');
  expect(code).toBe(3);
});

if (process.platform !== 'win32') {
  test('SIGTERM lets a running answer end, then the process ends well', async () => {
    const source = new HandSource();
    const upstream = await anUpstream(() => ({
      status: 200,
      headers: ['content-type', 'text/event-stream'],
      body: source,
    }));
    const { start, run } = open();
    await run(['auth', 'add', 'work', '--kind', 'api-key', '--base-url', upstream.url, '--secret-stdin'], {
      input: 'sk-ant-api03-planted-0001',
    });
    const proxy = await start(['serve', '--port', '0']);
    const answered = fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify({ model: 'claude-opus-5-5', stream: true, messages: [] }),
    });
    await until(() => source.isStarted);
    source.chunk('event: message_start\ndata: {"type":"message_start","message":{}}\n\n');
    const answer = await answered;
    process.kill(proxy.pid, 'SIGTERM');
    await until(() => proxy.err().includes('stopping: running answers may end'));
    source.chunk('event: message_stop\ndata: {"type":"message_stop"}\n\n');
    source.end();
    expect(await answer.text()).toContain('"message_stop"');
    expect(await proxy.ended).toBe(0);
    await upstream.close();
  });

  test('a second signal cuts off what is left', async () => {
    const upstream = await anUpstream(() => new Promise(() => {}));
    const { start, run } = open();
    await run(['auth', 'add', 'work', '--kind', 'api-key', '--base-url', upstream.url, '--secret-stdin'], {
      input: 'sk-ant-api03-planted-0001',
    });
    const proxy = await start(['serve', '--port', '0']);
    const call = fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify({ model: 'claude-opus-5-5', messages: [] }),
    }).catch(() => undefined);
    await until(() => upstream.calls.length > 0);
    process.kill(proxy.pid, 'SIGINT');
    await until(() => proxy.err().includes('stopping'));
    expect(await proxy.stop('SIGINT')).toBe(130);
    await call;
    await upstream.close();
  });

  test('SIGHUP reads the settings again; a mistake is told and changes nothing', async () => {
    const { home, start, run } = open();
    await run(['config', 'init']);
    const proxy = await start(['serve', '--port', '0']);
    writeFileSync(join(home, 'config.toml'), '[log]\nlevel = "loud"\n');
    process.kill(proxy.pid, 'SIGHUP');
    await until(() => proxy.err().includes('the old ones stay'));
    expect((await fetch(`${proxy.url}/health/live`)).status).toBe(200);
  });
}

function open() {
  const made = bench();
  return {
    home: made.home,
    folder: made.folder,
    start: made.start.bind(made),
    run: made.run.bind(made),
  };
}
