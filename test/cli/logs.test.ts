import { describe, expect, test } from 'bun:test';
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benches, parsed, program, until, type Bench } from '../help/a-command.ts';

const bench = benches();

function line(second: number, level: string, event: string, facts: object = {}): string {
  const time = new Date(Date.UTC(2026, 10, 22, 12, 0, second)).toISOString();
  return `${JSON.stringify({ time, level, event, ...facts })}\n`;
}

const logOf = ({ home }: Bench): string => join(home, 'logs', 'proxy.log');

/** Four lines, the first of them in an older file. */
function withLog(): Bench {
  const made = bench();
  made.env['TZ'] = 'UTC';
  mkdirSync(join(made.home, 'logs'), { recursive: true });
  writeFileSync(join(made.home, 'logs', 'proxy-2026-11-22T12-00-01.000Z.log'), line(1, 'info', 'listening'));
  writeFileSync(
    logOf(made),
    line(2, 'info', 'call', { status: 200, path: '/v1/messages' }) +
      line(3, 'warn', 'account rests', { account: 'work', reason: 'a limit' }) +
      line(4, 'error', 'call', { status: 502 }),
  );
  return made;
}

describe('logs', () => {
  test('shows what was written, by files long renamed too, for a person', async () => {
    const { out, err, code } = await withLog().run(['logs']);
    expect(out).toBe(
      [
        '2026-11-22 12:00:01.000 info  listening',
        '2026-11-22 12:00:02.000 info  call status=200 path=/v1/messages',
        '2026-11-22 12:00:03.000 warn  account rests account=work reason="a limit"',
        '2026-11-22 12:00:04.000 error call status=502',
        '',
      ].join('\n'),
    );
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  test('shows the last of them, the important, those with a text', async () => {
    const made = withLog();
    const count = async (...words: string[]): Promise<number> =>
      (await made.run(['logs', ...words])).out.split('\n').length - 1;
    expect(await count('-n', '2')).toBe(2);
    expect(await count('--lines', '0')).toBe(0);
    expect(await count('--level', 'warn')).toBe(2);
    expect(await count('--grep', 'STATUS=')).toBe(2);
    expect(await count('--grep', 'status=200', '--level', 'warn')).toBe(0);
    expect(await count('--level', 'info', '-n', '3')).toBe(3);
  });

  test('gives a script the lines as they are', async () => {
    const { out } = await withLog().run(['logs', '--json', '--level', 'error']);
    expect(out).toBe(line(4, 'error', 'call', { status: 502 }));
  });

  test('says where there is nothing, and where there is to be none', async () => {
    const made = bench();
    const { out, err, code } = await made.run(['logs']);
    expect({ out, code }).toEqual({ out: '', code: 0 });
    expect(err).toBe(`There is nothing to show in ${logOf(made)}.\n`);
    const off = await made.run(['logs'], { env: { CCPROXY_LOG_FILE: 'false' } });
    expect(off.err).toContain('error [log-off]');
    expect(off.code).toBe(3);
  });

  test('shows half a line that a crash left, and drives no terminal with it', async () => {
    const made = withLog();
    appendFileSync(logOf(made), '{"time":"2026\u001b[2J\n');
    expect((await made.run(['logs', '-n', '1'])).out).toBe('{"time":"2026[2J\n');
    expect((await made.run(['logs', '-n', '1', '--json'])).out).toStartWith('{"time":"2026-11-22T12:00:04');
  });

  test('asks the running proxy where its log is', async () => {
    const made = bench();
    const elsewhere = join(made.folder, 'elsewhere.log');
    await made.start(['serve', '--port', '0'], { env: { CCPROXY_LOG_FILE: elsewhere } });
    await until(async () => (await made.run(['logs', '--grep', 'listening'])).out.includes('listening url='));
  });

  test.skipIf(process.platform === 'win32')(
    'follows what is written, beyond a renaming, until Ctrl-C',
    async () => {
      const made = withLog();
      const child = Bun.spawn([...program, 'logs', '-f', '-n', '1'], {
        env: made.env,
        stdout: 'pipe',
        stderr: 'pipe',
      });
      let out = '';
      const reading = (async () => {
        for await (const chunk of child.stdout) out += new TextDecoder().decode(chunk);
      })();
      await until(() => out.includes('status=502'));
      appendFileSync(logOf(made), line(5, 'info', 'call', { status: 201 }));
      await until(() => out.includes('status=201'));
      renameSync(logOf(made), join(made.home, 'logs', 'proxy-2026-11-22T12-00-05.000Z.log'));
      writeFileSync(logOf(made), line(6, 'info', 'call', { status: 202 }));
      await until(() => out.includes('status=202'));
      child.kill('SIGINT');
      expect(await child.exited).toBe(0);
      await reading;
      expect(out.split('\n')).toHaveLength(4);
    },
  );
});

describe('logs level', () => {
  test('is held in the running proxy at once, and shown', async () => {
    const made = bench();
    const proxy = await made.start(['serve', '--port', '0', '--log-level', 'warn']);
    expect((await made.run(['logs', 'level'])).out).toBe('warn, as in the settings\n');
    const held = await made.run(['logs', 'level', 'debug', '--for', '10m']);
    expect(held.out).toMatch(
      /^debug until \d\d:\d\d \((?:10 min|9 min 59 s)\), then warn as in the settings\n$/,
    );
    await fetch(`${proxy.url}/v1/models`);
    await until(() => proxy.err().includes('"call"'));
    const { out } = await made.run(['logs', 'level', 'settings', '--json']);
    expect(parsed<object>(out)).toMatchObject({ level: 'warn', until: null, file: { trouble: null } });
  });

  test('that is none, or a time that is none, is refused', async () => {
    const made = bench();
    await made.start(['serve', '--port', '0']);
    const loud = await made.run(['logs', 'level', 'loud']);
    expect(loud.err).toContain('one of debug, info, warn, error, or settings');
    expect(loud.code).toBe(2);
    for (const time of ['soon', '8d', '0m', '-1h'])
      expect((await made.run(['logs', 'level', 'debug', `--for=${time}`])).err).toContain(
        'such as 90s, 10m or 2h, 7 d at most',
      );
  });

  test('needs a proxy that runs', async () => {
    expect((await bench().run(['logs', 'level', 'debug'])).code).toBe(5);
  });
});
