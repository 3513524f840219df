import { describe, expect, it } from 'bun:test';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benches, parsed, until, type Bench } from '../help/a-command.ts';
import { rawServer } from '../help/raw.ts';

const bench = benches();

/**
 * Stands where systemctl does and starts what the unit says, as far as that goes without systemd. It shows what
 * the commands do, and proves nothing of systemd: `test/service/a-real-systemd.test.ts` asks that one.
 */
const systemctl = `#!/bin/sh
unit="$HOME/.config/systemd/user/claude-code-proxy.service"
pids="$STAND_IN/pid"
while case "$1" in --*) true ;; *) false ;; esac; do shift; done
running() { [ -f "$pids" ] && kill -0 "$(cat "$pids")" 2>/dev/null; }
stop() { if running; then kill "$(cat "$pids")"; while running; do sleep 0.02; done; fi; rm -f "$pids"; }
start() {
  export $(sed -n 's/^Environment=//p' "$unit")
  sh -c "exec $(sed -n 's/^ExecStart=//p' "$unit")" >>"$STAND_IN/said" 2>&1 &
  echo $! >"$pids"
}
case "$1" in
show)
  [ -f "$unit" ] && echo LoadState=loaded || echo LoadState=not-found
  echo "FragmentPath=$unit"
  echo UnitFileState=enabled
  echo Result=success
  if running; then echo ActiveState=active; echo "MainPID=$(cat "$pids")"; else echo ActiveState=inactive; fi ;;
start) running || start ;;
stop | disable) stop ;;
restart) stop; start ;;
esac
`;

/** A bench where a stand-in for systemd is the first thing that is found. */
function withSystemd(made: Bench): Bench {
  const tools = join(made.folder, 'tools');
  mkdirSync(tools);
  for (const [name, text] of [
    ['systemctl', systemctl],
    ['loginctl', '#!/bin/sh\necho no\n'],
    [
      'journalctl',
      '#!/bin/sh\necho "asked $*"\necho \'{"time":"2026-11-22T12:00:00.007Z","level":"info","event":"listening"}\'\n',
    ],
  ] as const) {
    writeFileSync(join(tools, name), text);
    chmodSync(join(tools, name), 0o755);
  }
  Object.assign(made.env, { PATH: `${tools}:${made.env['PATH'] ?? ''}`, STAND_IN: tools, USER: 'ann' });
  mkdirSync(made.home);
  writeFileSync(join(made.home, 'config.toml'), '[server]\nport = 0\n');
  return made;
}

describe.skipIf(process.platform !== 'linux')('service', () => {
  it('is installed, told, restarted, stopped and taken away, and leaves the home directory', async () => {
    const made = withSystemd(bench());
    try {
      const installed = await made.run(['service', 'install']);
      expect(installed.err).toContain('`loginctl enable-linger` has it start with the machine.');
      expect(installed.code).toBe(0);
      const { url } = parsed<{ url: string }>(readFileSync(join(made.home, 'run.json'), 'utf8'));
      expect(installed.out).toContain(`listening on ${url}\n`);
      expect((await fetch(`${url}/health/live`)).status).toBe(200);

      const status = parsed<{ pid: number }>((await made.run(['service', 'status', '--json'])).out);
      expect(status).toMatchObject({
        manager: 'systemd',
        scope: 'user',
        is: 'running',
        startsByItself: true,
        url,
      });

      const restarted = parsed<{ pid: number }>((await made.run(['service', 'restart', '--json'])).out);
      expect(restarted.pid).not.toBe(status.pid);

      expect((await made.run(['service', 'stop'])).out).toBe('stopped claude-code-proxy.service\n');
      const stopped = await made.run(['service', 'status']);
      expect(stopped.out).toContain('stopped  claude-code-proxy.service (your own, starts by itself)');
      expect(stopped.code).toBe(5);

      expect((await made.run(['service', 'start'])).out).toMatch(/^started: listening on http/);
      const { out, err } = await made.run(['service', 'uninstall']);
      expect(out).toBe('uninstalled claude-code-proxy.service\n');
      expect(err).toContain(made.home);
      expect(existsSync(join(made.home, 'config.toml'))).toBe(true);
      expect((await made.run(['service', 'status'])).err).toContain('[service-not-installed]');
    } finally {
      await made.run(['stop']);
    }
  });

  it('is not installed while another proxy runs on the same home directory', async () => {
    const made = withSystemd(bench());
    await made.start(['serve', '--port', '0']);
    const { err, code } = await made.run(['service', 'install']);
    expect(err).toContain('[proxy-running]');
    expect(code).toBe(1);
    expect(existsSync(join(made.env['HOME'] ?? '', '.config'))).toBe(false);
  });

  it('is not installed where its port belongs to another program, which is named', async () => {
    const made = withSystemd(bench());
    const other = await rawServer(() => {});
    writeFileSync(join(made.home, 'config.toml'), `[server]\nport = ${other.port}\n`);
    const { err } = await made.run(['service', 'install']);
    await other.close();
    expect(err).toContain(`[port-in-use]: Port ${other.port} is in use`);
    expect(existsSync(join(made.env['HOME'] ?? '', '.config'))).toBe(false);
  });

  it('is installed without being started, where somebody wants that', async () => {
    const made = withSystemd(bench());
    const { out } = await made.run(['service', 'install', '--no-start', '--json']);
    expect(parsed<unknown>(out)).toMatchObject({ manager: 'systemd', scope: 'user', url: null });
    expect(existsSync(join(made.home, 'run.json'))).toBe(false);
  });

  it('shows its journal for people, and as it is for programs', async () => {
    const made = withSystemd(bench());
    await made.run(['service', 'install', '--no-start']);
    const { out } = await made.run(['service', 'logs', '-n', '7']);
    expect(out).toContain('asked --user-unit=claude-code-proxy.service --output=cat --no-pager --lines=7');
    expect(out).toContain('listening');
    expect(out).not.toContain('{');
    const json = await made.run(['service', 'logs', '--json']);
    expect(json.out).toBe('{"time":"2026-11-22T12:00:00.007Z","level":"info","event":"listening"}\n');
  });

  it('that was never installed is no service to start', async () => {
    const made = withSystemd(bench());
    for (const word of ['start', 'stop', 'restart', 'status', 'logs', 'uninstall']) {
      const { err, code } = await made.run(['service', word]);
      expect(err).toContain('error [service-not-installed]');
      expect(code).toBe(4);
    }
  });

  it('run is for Windows alone', async () => {
    expect((await bench().run(['service', 'run'])).err).toContain('[service-by-hand]');
  });
});

describe.skipIf(process.platform !== 'linux')('serve under systemd', () => {
  it('does not mind a supervisor that is not there any more', async () => {
    const made = bench();
    const proxy = await made.start(['serve', '--port', '0'], {
      env: { NOTIFY_SOCKET: join(made.folder, 'gone') },
    });
    await until(async () => (await fetch(`${proxy.url}/health/live`)).status === 200);
    expect(await proxy.stop()).toBe(0);
  });
});
