import { expect, test } from 'bun:test';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benches, program, until, type Bench } from '../help/a-command.ts';

const bench = benches();

const logOf = ({ home }: Bench): string => join(home, 'logs', 'proxy.log');

function events(path: string): string[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { event: string }).event);
}

test('what a proxy says on standard error is in its file as well, line by line', async () => {
  const made = bench();
  const proxy = await made.start(['serve', '--port', '0']);
  await fetch(`${proxy.url}/v1/models`);
  await proxy.stop();
  const file = readFileSync(logOf(made), 'utf8');
  expect(events(logOf(made))).toContain('call');
  expect(proxy.err()).toContain(file);
  if (process.platform !== 'win32') expect(statSync(logOf(made)).mode & 0o777).toBe(0o600);
});

test('log.terminal = false keeps standard error for what goes wrong, log.file = false keeps no file', async () => {
  const made = bench();
  const quiet = await made.start(['serve', '--port', '0'], { env: { CCPROXY_LOG_TERMINAL: 'off' } });
  await quiet.stop();
  expect(quiet.err()).not.toContain('listening');
  expect(events(logOf(made))).toContain('listening');
  const other = bench();
  const proxy = await other.start(['serve', '--port', '0'], { env: { CCPROXY_LOG_FILE: 'off' } });
  await proxy.stop();
  expect(proxy.err()).toContain('"listening"');
  expect(existsSync(join(other.home, 'logs'))).toBe(false);
});

test('log.file names a file elsewhere, seen from the settings file; it must look like one of lines', async () => {
  const made = bench();
  mkdirSync(made.home);
  const config = join(made.home, 'config.toml');
  writeFileSync(config, '[log]\nfile = "../elsewhere/lines.log"\n');
  const proxy = await made.start(['serve', '--port', '0']);
  await proxy.stop();
  expect(events(join(made.folder, 'elsewhere', 'lines.log'))).toContain('listening');
  expect((await made.run(['logs', '-n', '5'])).out).toContain('listening');
  writeFileSync(config, '[log]\nfile = "credentials.json"\n');
  const { err, code } = await made.run(['serve', '--port', '0']);
  expect(err).toContain('it must be true, false or the path of a file that ends in .log');
  expect(code).toBe(3);
});

test('a log file that cannot be written is told once and stops nothing; when it can be, that is told too', async () => {
  const made = bench();
  mkdirSync(made.home);
  writeFileSync(join(made.home, 'logs'), 'no folder');
  const proxy = await made.start(['serve', '--port', '0'], { env: { CCPROXY_LOG_TERMINAL: 'off' } });
  await until(() => proxy.err().includes('the log file cannot be written'));
  expect((await fetch(`${proxy.url}/health/live`)).status).toBe(200);
  const { out } = await made.run(['doctor', '--offline', '--json']);
  const { checks } = JSON.parse(out) as { checks: { name: string; is: string; says: string; fix: string }[] };
  expect(checks.find(({ name }) => name === 'log')).toMatchObject({
    is: 'warn',
    says: expect.stringContaining('cannot be written'),
    fix: expect.stringContaining(logOf(made)),
  });
  rmSync(join(made.home, 'logs'));
  await until(() => proxy.err().includes('the log file is written again'));
  expect(proxy.err().match(/cannot be written/g)).toHaveLength(1);
  await proxy.stop();
  expect(events(logOf(made))).toEqual(expect.arrayContaining(['listening', 'the log file is written again']));
});

test('the limits of the file change while the proxy runs', async () => {
  const made = bench();
  mkdirSync(join(made.home, 'logs'), { recursive: true });
  for (const day of ['01', '02', '03'])
    writeFileSync(join(made.home, 'logs', `proxy-2099-01-${day}T00-00-00.000Z.log`), '');
  const proxy = await made.start(['serve', '--port', '0']);
  await until(() => events(logOf(made)).includes('listening'));
  writeFileSync(join(made.home, 'config.toml'), '[log]\nkeep_files = 1\n');
  await until(() => events(logOf(made)).includes('settings changed'));
  renameSync(logOf(made), join(made.home, 'logs', 'moved'));
  await fetch(`${proxy.url}/v1/models`);
  await until(
    () => readdirSync(join(made.home, 'logs')).filter((name) => name.includes('2099')).length === 1,
  );
});

if (process.platform !== 'win32') {
  test('SIGHUP begins a new file where the old one was moved away', async () => {
    const made = bench();
    const proxy = await made.start(['serve', '--port', '0']);
    await until(() => events(logOf(made)).includes('listening'));
    renameSync(logOf(made), `${logOf(made)}.1`);
    process.kill(proxy.pid, 'SIGHUP');
    await until(() => existsSync(logOf(made)));
    await fetch(`${proxy.url}/v1/models`);
    await proxy.stop();
    expect(events(logOf(made))).toContain('call');
  });

  test('standard error that takes nothing, or that nobody reads, stops no proxy', async () => {
    for (const to of process.platform === 'linux' ? ['2>/dev/full', '2>&-'] : ['2>&-']) {
      const made = bench();
      const child = Bun.spawn(['sh', '-c', `exec "$@" ${to}`, 'sh', ...program, 'serve', '--port', '0'], {
        env: made.env,
        stdout: 'ignore',
        stderr: 'ignore',
      });
      try {
        await until(() => existsSync(join(made.home, 'run.json')));
        const { url } = JSON.parse(readFileSync(join(made.home, 'run.json'), 'utf8')) as { url: string };
        for (let call = 0; call < 3; call += 1) {
          expect((await fetch(`${url}/v1/models`)).status).toBe(503);
          // Each is written before the next.
          await until(() => events(logOf(made)).filter((event) => event === 'call').length > call);
        }
      } finally {
        child.kill();
        await child.exited;
      }
    }
  });

  test('a second signal, which ends the process at once, loses no line', async () => {
    const made = bench();
    const proxy = await made.start(['serve', '--port', '0']);
    await fetch(`${proxy.url}/v1/models`);
    process.kill(proxy.pid, 'SIGTERM');
    process.kill(proxy.pid, 'SIGTERM');
    await proxy.ended;
    expect(events(logOf(made))).toContain('call');
  });
}

for (const how of ['throws', 'rejects']) {
  test(`a failure that nobody catches (${how}) is the last line, without secrets, and ends the process`, async () => {
    const made = bench();
    const script = fileURLToPath(new URL('fail-on-purpose.ts', import.meta.url));
    const child = Bun.spawn([process.execPath, script, how], {
      env: made.env,
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const err = await new Response(child.stderr).text();
    expect(await child.exited).toBe(1);
    const file = readFileSync(logOf(made), 'utf8');
    expect(events(logOf(made))).toEqual(['before', 'the program failed']);
    expect(file).toContain('fail-on-purpose.ts');
    expect(err).toBe('the program failed: lost sk-ant-api03-[secret]\n');
    expect(file).not.toMatch(/abcdefgh|qrstuvw/);
  });
}
