import { afterEach, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../src/admin/run-file.ts';
import { type Bench, benches, parsed, program, until } from '../help/a-command.ts';
import { rawServer } from '../help/raw.ts';

const bench = benches();
const background: number[] = [];
afterEach(async () => {
  for (const pid of background.splice(0)) {
    if (isAlive(pid)) process.kill(pid);
    await until(() => !isAlive(pid));
  }
});

/** A child that prints its environment as JSON. */
const dump = [process.execPath, '-e', 'console.log(JSON.stringify(process.env))'];

/** The proxy that `run` has started on this bench, to be ended after the test. */
function started({ home }: Bench): { pid: number; url: string } {
  const run = parsed<{ pid: number; url: string }>(readFileSync(join(home, 'run.json'), 'utf8'));
  background.push(run.pid);
  return run;
}

async function withAccount(): Promise<Bench> {
  const made = bench();
  await made.run(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'], {
    input: 'sk-ant-api03-planted-0001',
  });
  return made;
}

test('the child alone gets the variables, and a proxy that runs is used', async () => {
  const made = await withAccount();
  const proxy = await made.start(['serve', '--port', '0']);
  const { out, code } = await made.run(['run', '--', ...dump]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    ANTHROPIC_BASE_URL: proxy.url,
    ANTHROPIC_AUTH_TOKEN: 'no-key-needed',
    ENABLE_TOOL_SEARCH: 'true',
    CLAUDE_CODE_ENABLE_FINE_GRAINED_TOOL_STREAMING: '1',
    CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1',
    CLAUDE_CODE_PROPAGATE_TRACEPARENT: '1',
    API_TIMEOUT_MS: '600000',
  });
});

test('the child does not take itself for started as we were; a proxy in the background does', async () => {
  const made = await withAccount();
  const env = { CCPROXY_LAUNCHER: '/a checkout/bin/claude-code-proxy' };
  const { out, err } = await made.run(['run', '--port', '0', '--', ...dump], { env });
  const { pid } = started(made);
  expect(parsed<Record<string, string>>(out)['CCPROXY_LAUNCHER']).toBeUndefined();
  expect(err).toContain("`'/a checkout/bin/claude-code-proxy' stop` ends it.");
  if (process.platform !== 'linux') return;
  expect(readFileSync(`/proc/${pid}/environ`, 'latin1')).toContain(
    `CCPROXY_LAUNCHER=${env.CCPROXY_LAUNCHER}`,
  );
});

test('where none runs, one is started in the background and stays for the next', async () => {
  const made = await withAccount();
  const first = await made.run(['run', '--port', '0', '--', ...dump]);
  const { pid, url } = started(made);
  expect(first.err).toContain('starting Claude Code Proxy in the background');
  expect(first.err).toMatch(/listens on \S+ \(process \d+, log in /);
  expect(JSON.parse(first.out)).toMatchObject({ ANTHROPIC_BASE_URL: url });
  expect(isAlive(pid)).toBe(true);
  const second = await made.run(['run', '--', ...dump]);
  expect(JSON.parse(second.out)).toMatchObject({ ANTHROPIC_BASE_URL: url });
  expect(second.err).toBe('');
  // Its log is written a moment after it answers, and once.
  const logs = join(made.home, 'logs');
  const read = (name: string): string =>
    existsSync(join(logs, name)) ? readFileSync(join(logs, name), 'utf8') : '';
  await until(() => read('proxy.log').includes('"listening"'));
  expect(read('serve.log')).not.toContain('"listening"');
});

test('what it costs is said once', async () => {
  const made = await withAccount();
  await made.start(['serve', '--port', '0']);
  const first = await made.run(['run', '--', ...dump]);
  expect(first.err).toContain('Remote Control does not work');
  expect(first.err).toContain('not a sign-in of your own');
  expect((await made.run(['run', '--', ...dump])).err).toBe('');
});

test('credentials that are inherited do not reach the child, and that is said each time', async () => {
  const made = await withAccount();
  await made.start(['serve', '--port', '0']);
  const env = {
    ANTHROPIC_API_KEY: 'sk-ant-api03-own',
    CLAUDE_CODE_USE_BEDROCK: '1',
    ANTHROPIC_AUTH_TOKEN: 'mine',
  };
  for (let round = 0; round < 2; round += 1) {
    const { out, err } = await made.run(['run', '--', ...dump], { env });
    const child = parsed<Record<string, string>>(out);
    expect(child['ANTHROPIC_API_KEY']).toBeUndefined();
    expect(child['CLAUDE_CODE_USE_BEDROCK']).toBeUndefined();
    expect(child['ANTHROPIC_AUTH_TOKEN']).toBe('no-key-needed');
    expect(err).toContain('not passed on: CLAUDE_CODE_USE_BEDROCK');
    expect(err).toContain('ANTHROPIC_API_KEY (');
    expect(err).toContain('replaced for this run: ANTHROPIC_AUTH_TOKEN');
    expect(err).not.toContain('sk-ant-api03-own');
  }
});

test('a proxy in the background does not keep the credentials of the person', async () => {
  const made = await withAccount();
  const env = { ANTHROPIC_API_KEY: 'sk-ant-api03-own', CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat-own' };
  await made.run(['run', '--port', '0', '--', ...dump], { env });
  const { pid } = started(made);
  if (process.platform !== 'linux') return;
  const inherited = readFileSync(`/proc/${pid}/environ`, 'utf8');
  expect(inherited).toContain('CCPROXY_HOME=');
  expect(inherited).not.toContain('-own');
});

test('with client keys on, the child gets the key of this machine, never by the command line', async () => {
  const made = await withAccount();
  await made.run(['keys', 'create', 'laptop']);
  const proxy = await made.start(['serve', '--port', '0']);
  const script =
    'console.log(JSON.stringify({ token: process.env.ANTHROPIC_AUTH_TOKEN, argv: require("node:fs").readFileSync("/proc/" + process.ppid + "/cmdline", "utf8") }))';
  const [runtime = ''] = dump;
  const { out, err } = await made.run(['run', '--', runtime, '-e', script]);
  const { token, argv } = parsed<{ token: string; argv: string }>(out);
  expect(token).toMatch(/^ccp-[A-Za-z0-9]{43}$/);
  expect(argv).not.toContain(token);
  expect(err).not.toContain(token);
  const answered = await fetch(`${proxy.url}/v1/models`, { headers: { 'x-api-key': token } });
  expect(answered.status).not.toBe(401);
  expect((await made.run(['key-helper'])).out.trim()).toBe(token);
});

test('pass-through sets no token and keeps the own one', async () => {
  const made = await withAccount();
  await made.run(['auth', 'add', 'mine', '--kind', 'passthrough']);
  await made.start(['serve', '--port', '0']);
  const env = { CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat-own' };
  const { out, err } = await made.run(['run', '--passthrough', '--', ...dump], { env });
  const child = parsed<Record<string, string>>(out);
  expect(child['ANTHROPIC_AUTH_TOKEN']).toBeUndefined();
  expect(child['CLAUDE_CODE_OAUTH_TOKEN']).toBe('sk-ant-oat-own');
  expect(err).toContain('Your own sign-in goes through');
});

test('without an account that could serve, it is said before anything starts', async () => {
  const made = bench();
  await made.start(['serve', '--port', '0']);
  const { code, err, out } = await made.run(['run', '--', ...dump]);
  expect(out).toBe('');
  expect(err).toContain('error [no-accounts]');
  expect(err).toContain('To start without the proxy');
  expect(code).toBe(1);
});

test('settings of Claude Code that lead elsewhere are told', async () => {
  const made = await withAccount();
  await made.start(['serve', '--port', '0']);
  const folder = join(made.env['HOME'] ?? '', '.claude');
  mkdirSync(folder);
  writeFileSync(join(folder, 'settings.json'), '{"env": {"ANTHROPIC_BASE_URL": "http://127.0.0.1:1"}}');
  const { err } = await made.run(['run', '--', ...dump]);
  expect(err).toContain('settings.json sets ANTHROPIC_BASE_URL to something else');
});

test('the exit code of the child is that of the command', async () => {
  const made = await withAccount();
  await made.start(['serve', '--port', '0']);
  const [runtime = ''] = dump;
  expect((await made.run(['run', '--', runtime, '-e', 'process.exit(7)'])).code).toBe(7);
  expect((await made.run(['run', runtime, '-e', 'process.exit(0)'])).code).toBe(0);
});

test('arguments arrive as they are', async () => {
  const made = await withAccount();
  await made.start(['serve', '--port', '0']);
  const [runtime = ''] = dump;
  const odd = ['a b', '"x"', "it's", '$HOME', '*', '--json', '-h', ''];
  const script = 'console.log(JSON.stringify(process.argv.slice(1)))';
  const { out } = await made.run(['run', '--', runtime, '-e', script, '--', ...odd]);
  expect(JSON.parse(out)).toEqual(odd);
});

test('a proxy that cannot start is explained with what it said', async () => {
  const made = await withAccount();
  const server = await rawServer(() => {});
  const { code, err } = await made.run(['run', '--port', String(server.port), '--', ...dump]);
  await server.close();
  expect(err).toContain(`error [proxy-start-failed]: The proxy did not start: Port ${server.port} is in use`);
  expect(code).toBe(5);
  expect(existsSync(join(made.home, 'run.json'))).toBe(false);
});

if (process.platform !== 'win32') {
  test('a signal reaches the child, and its end is that of the command', async () => {
    const made = await withAccount();
    await made.start(['serve', '--port', '0']);
    const [runtime = ''] = dump;
    const script =
      'process.on("SIGTERM", () => { console.log("told"); process.exit(3); }); console.log("ready"); setInterval(() => {}, 1000)';
    const child = Bun.spawn([...program, 'run', '--', runtime, '-e', script], {
      env: made.env,
      stdout: 'pipe',
      stderr: 'ignore',
      stdin: 'ignore',
    });
    let said = '';
    const reading = (async () => {
      for await (const chunk of child.stdout) said += new TextDecoder().decode(chunk);
    })();
    await until(() => said.includes('ready'));
    child.kill('SIGTERM');
    expect(await child.exited).toBe(3);
    await reading;
    expect(said).toBe('ready\ntold\n');
  });

  test('a child that a signal ended ends the command by the same signal', async () => {
    const made = await withAccount();
    await made.start(['serve', '--port', '0']);
    const child = Bun.spawn([...program, 'run', '--', '/bin/sh', '-c', 'kill -TERM $$'], {
      env: made.env,
      stdout: 'ignore',
      stderr: 'ignore',
      stdin: 'ignore',
    });
    await child.exited;
    expect(child.signalCode).toBe('SIGTERM');
  });

  test('what is no program is 126, what is not there 127', async () => {
    const made = await withAccount();
    await Bun.write(join(made.folder, 'broken'), 'no program');
    await Bun.$`chmod +x ${join(made.folder, 'broken')}`.quiet();
    await made.start(['serve', '--port', '0']);
    const broken = await made.run(['run', '--', join(made.folder, 'broken')]);
    expect(broken.err).toContain('error [program-refused]');
    expect(broken.code).toBe(126);
    await Bun.write(join(made.folder, 'text'), 'may be read, not run');
    expect((await made.run(['run', '--', './text'])).code).toBe(126);
    expect((await made.run(['run', '--', './not-there'])).code).toBe(127);
  });
}
