import { afterEach, beforeAll, describe, expect, it } from 'bun:test';
import { isGone } from '../../src/cli/stop.ts';
import { parsed, program, until } from '../help/a-command.ts';
import { Load } from '../help/a-load.ts';
import { freePort } from '../help/a-port.ts';
import { HandSource } from '../help/a-source.ts';
import { aSystemPart } from '../help/a-system-part.ts';
import { noSystemdHere, Systemd } from '../help/a-systemd.ts';
import { anUpstream, message } from '../help/an-upstream.ts';

// What the stand-ins of the other tests cannot prove: a systemd of its own, as of a user without rights, and as of a
// machine. Needs root, for the namespaces it is in; skipped loudly elsewhere.

const missing = noSystemdHere();
const keyring = aSystemPart('gnome-keyring-daemon', 'gnome-keyring');
beforeAll(() => {
  if (missing !== undefined) console.warn(`SKIPPED: a real systemd: ${missing}`);
});

const unit = 'claude-code-proxy.service';
const running: Systemd[] = [];
afterEach(async () => {
  for (const systemd of running.splice(0)) await systemd.close();
});

async function aSystemd(scope: 'user' | 'system'): Promise<Systemd> {
  const systemd = await Systemd.start(scope);
  running.push(systemd);
  return systemd;
}

interface Status {
  readonly is: string;
  readonly pid: number;
  readonly url: string;
}

function statusOf(systemd: Systemd, ...more: string[]): Status {
  return parsed<Status>(systemd.ours(['service', 'status', '--json', ...more]).out);
}

/** Settings of the proxy in `folder`, as somebody might have written them before. */
function settle(systemd: Systemd, folder: string, settings: string): void {
  systemd.run(
    ['sh', '-c', `mkdir -p "$1" && chmod 700 "$1" && cat >"$1/config.toml"`, 'sh', folder],
    settings,
  );
}

describe.skipIf(missing !== undefined)('under a real systemd', () => {
  it('the service of a user is installed, comes back after a crash, and is taken away', async () => {
    const systemd = await aSystemd('user');
    const home = `${systemd.home}/.claude-code-proxy`;
    settle(systemd, home, `[server]\nport = ${await freePort()}\n`);
    const installed = systemd.ours(['service', 'install']);
    expect(installed.out).toContain('listening on http://127.0.0.1:');
    const first = statusOf(systemd);
    expect(first).toMatchObject({ is: 'running', startsByItself: true });
    expect((await fetch(`${first.url}/health/live`)).status).toBe(200);

    const { out: facts } = systemd.run(['cat', `/proc/${first.pid}/status`]);
    expect(facts).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(facts).toMatch(/^Seccomp:\s+2$/m);

    systemd.run(['kill', '-9', String(first.pid)]);
    await until(() => {
      const { is, pid } = statusOf(systemd);
      return is === 'running' && pid !== first.pid;
    });

    expect(systemd.ours(['service', 'uninstall']).code).toBe(0);
    expect(systemd.run(['test', '-e', `${systemd.home}/.config/systemd/user/${unit}`]).code).toBe(1);
    expect(systemd.run(['test', '-e', `${home}/config.toml`]).code).toBe(0);
  }, 120_000);

  it.skipIf(keyring === undefined)(
    'that of a user has the keychain of the user',
    async () => {
      const systemd = await aSystemd('user');
      settle(systemd, `${systemd.home}/.claude-code-proxy`, `[server]\nport = ${await freePort()}\n`);
      // Started by systemd, so that it ends with it.
      systemd.run(['systemctl', '--user', 'start', 'dbus.socket']);
      const unlock =
        'printf planted-password | gnome-keyring-daemon --unlock --components=secrets --foreground';
      systemd.run(['systemd-run', '--user', '--collect', 'sh', '-c', unlock]);
      const bus = ['busctl', '--user', 'status', 'org.freedesktop.secrets'];
      await until(() => systemd.run(bus).code === 0);
      systemd.ours(['service', 'install']);
      expect(
        systemd.run(['grep', '-c', 'PrivateUsers=yes', `${systemd.home}/.config/systemd/user/${unit}`]).out,
      ).toBe('1\n');
      const add = ['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'];
      expect(systemd.ours(add, 'sk-ant-api03-planted-0001').code).toBe(0);
      expect(systemd.ours(['auth', 'vault', 'status']).out).toContain('(keychain)');
      expect(systemd.ours(['service', 'restart']).code).toBe(0);
      expect(systemd.ours(['auth', 'vault', 'status']).out).toMatch(/^state +opens$/m);
    },
    120_000,
  );

  it('a running answer may end, longer than the unit says, when the settings do', async () => {
    const systemd = await aSystemd('user');
    const source = new HandSource();
    const headers = ['content-type', 'text/event-stream'];
    const upstream = await anUpstream(() => ({ status: 200, headers, body: source }));
    settle(
      systemd,
      `${systemd.home}/.claude-code-proxy`,
      `[server]\nport = ${await freePort()}\ndrain_seconds = 60\n`,
    );
    systemd.ours(['service', 'install', '--no-start']);
    const dropIn = `${systemd.home}/.config/systemd/user/${unit}.d`;
    const impatient = 'mkdir -p "$1" && printf "[Service]\\nTimeoutStopSec=1\\n" >"$1/impatient.conf"';
    systemd.run(['sh', '-c', impatient, 'sh', dropIn]);
    systemd.run(['systemctl', '--user', 'daemon-reload']);
    systemd.ours(['service', 'start']);
    const add = ['auth', 'add', 'work', '--kind', 'api-key', '--base-url', upstream.url, '--secret-stdin'];
    expect(systemd.ours(add, 'sk-ant-api03-planted-0001').code).toBe(0);
    const { url } = statusOf(systemd);
    const answering = fetch(`${url}/v1/messages`, {
      method: 'POST',
      body: '{"model":"claude-opus-5-5","stream":true,"messages":[]}',
    });
    await until(() => source.isStarted);
    source.chunk('event: message_start\ndata: {"type":"message_start","message":{}}\n\n');
    const answer = await answering;
    systemd.run(['systemctl', '--user', 'stop', '--no-block', unit]);
    const shown = (): string =>
      systemd.run(['systemctl', '--user', 'show', '--property=ActiveState,StatusText', unit]).out;
    await until(() => shown().includes('StatusText=running answers may end'));
    // Three times what the unit allows: time of systemd itself, which nobody turns by hand.
    await Bun.sleep(3_000);
    expect(shown()).toContain('ActiveState=deactivating');
    source.chunk('event: message_stop\ndata: {"type":"message_stop"}\n\n');
    source.end();
    expect(await answer.text()).toContain('"message_stop"');
    await until(() => shown().includes('ActiveState=inactive'));
    expect(systemd.run(['systemctl', '--user', 'show', '--property=Result', unit]).out).toBe(
      'Result=success\n',
    );
    await upstream.close();
  }, 120_000);

  it('a restart refuses and resets no connection, and systemd watches the successor', async () => {
    const systemd = await aSystemd('user');
    const upstream = await anUpstream(() => message());
    const home = `${systemd.home}/.claude-code-proxy`;
    const port = await freePort();
    settle(systemd, home, `[server]\nport = ${port}\n`);
    systemd.ours(['service', 'install']);
    const add = ['auth', 'add', 'work', '--kind', 'api-key', '--base-url', upstream.url, '--secret-stdin'];
    expect(systemd.ours(add, 'sk-ant-api03-planted-0001').code).toBe(0);
    const load = new Load(port, 8);
    const served = [statusOf(systemd).pid];
    for (let nth = 0; nth < 3; nth++) {
      // Commands are waited for here without a turn of this process: its clients go on before and after.
      const before = load.answered;
      await until(() => load.answered > before + 100);
      expect(await systemd.oursMeanwhile(['service', 'restart'])).toMatchObject({ code: 0 });
      served.push(statusOf(systemd).pid);
      await until(() => isGone(served.at(-2) ?? 0));
    }
    await load.end();
    expect(load.troubles).toEqual([]);
    expect(new Set(served).size).toBe(4);

    // What a start gives has changed: now the manager has to stop and start it.
    const dropIn = `${systemd.home}/.config/systemd/user/${unit}.d`;
    const variable =
      'mkdir -p "$1" && printf "[Service]\\nEnvironment=CCPROXY_LOG_LEVEL=debug\\n" >"$1/more.conf"';
    systemd.run(['sh', '-c', variable, 'sh', dropIn]);
    systemd.run(['systemctl', '--user', 'daemon-reload']);
    expect(systemd.ours(['service', 'restart']).code).toBe(0);
    const { pid } = statusOf(systemd);
    expect(systemd.run(['sh', '-c', `tr '\\0' '\\n' </proc/${pid}/environ`]).out).toContain(
      'CCPROXY_LOG_LEVEL=debug',
    );
    await upstream.close();
  }, 120_000);

  /** A service that was restarted while an answer of it goes on. */
  async function restartedMidAnswer(systemd: Systemd) {
    const sources: HandSource[] = [];
    const headers = ['content-type', 'text/event-stream'];
    const upstream = await anUpstream(() => {
      const source = new HandSource();
      sources.push(source);
      return { status: 200, headers, body: source };
    });
    settle(systemd, `${systemd.home}/.claude-code-proxy`, `[server]\nport = ${await freePort()}\n`);
    systemd.ours(['service', 'install']);
    const add = ['auth', 'add', 'work', '--kind', 'api-key', '--base-url', upstream.url, '--secret-stdin'];
    expect(systemd.ours(add, 'sk-ant-api03-planted-0001').code).toBe(0);
    const first = statusOf(systemd);
    const ask = async () => {
      const asked = sources.length;
      const answering = fetch(`${first.url}/v1/messages`, {
        method: 'POST',
        body: '{"model":"claude-opus-5-5","stream":true,"messages":[]}',
      });
      await until(() => sources[asked]?.isStarted === true);
      const source = sources[asked] ?? new HandSource();
      source.chunk('event: message_start\ndata: {"type":"message_start","message":{}}\n\n');
      return { source, answer: await answering };
    };
    const { source, answer } = await ask();
    expect(await systemd.oursMeanwhile(['service', 'restart'])).toMatchObject({ code: 0 });
    const second = statusOf(systemd);
    expect(second.pid).not.toBe(first.pid);
    expect(await isGone(first.pid)).toBe(false);
    const shown = (...names: string[]): string =>
      systemd.run(['systemctl', '--user', 'show', `--property=${names.join(',')}`, unit]).out;
    return { first, second, source, answer, ask, shown, upstream };
  }

  const end = (source: HandSource): void => {
    source.chunk('event: message_stop\ndata: {"type":"message_stop"}\n\n');
    source.end();
  };

  it('a successor that crashes while the one before still drains is started again at once', async () => {
    const systemd = await aSystemd('user');
    const { second, source, shown, upstream } = await restartedMidAnswer(systemd);
    systemd.run(['kill', '-9', String(second.pid)]);
    await until(() => shown('NRestarts') === 'NRestarts=1\n');
    await until(() => {
      const now = statusOf(systemd);
      return now.is === 'running' && now.pid !== second.pid;
    });
    end(source);
    await upstream.close();
  }, 120_000);

  it('a stop while the one before still drains lets the answers of the successor end', async () => {
    const systemd = await aSystemd('user');
    const { source, ask, shown, upstream } = await restartedMidAnswer(systemd);
    const another = await ask();
    systemd.run(['systemctl', '--user', 'stop', '--no-block', unit]);
    await until(() => shown('StatusText').includes('running answers may end'));
    expect(shown('ActiveState')).toBe('ActiveState=deactivating\n');
    end(another.source);
    expect(await another.answer.text()).toContain('"message_stop"');
    await until(() => shown('ActiveState') === 'ActiveState=inactive\n');
    expect(shown('Result')).toBe('Result=success\n');
    end(source);
    await upstream.close();
  }, 120_000);

  it('that of the machine gets a user, a folder and a fence of its own, and its key as a credential', async () => {
    const systemd = await aSystemd('system');
    const home = '/var/lib/claude-code-proxy';
    settle(systemd, home, `[server]\nport = ${await freePort()}\n`);
    const seal =
      'install -d -m 700 /etc/credstore.encrypted && openssl rand -base64 32 | ' +
      'systemd-creds encrypt --with-key=host --name=vault-key - /etc/credstore.encrypted/claude-code-proxy.vault-key';
    expect(systemd.run(['sh', '-c', seal]).code).toBe(0);
    const installed = systemd.ours(['service', 'install', '--system']);
    expect(installed.out).toContain('listening on http://127.0.0.1:');
    const { pid, url } = statusOf(systemd, '--system');
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const { out: facts } = systemd.run(['cat', `/proc/${pid}/status`]);
    expect(facts).toMatch(/^CapBnd:\s+0+$/m);
    expect(systemd.run(['stat', '--format=%U %a', home]).out).toBe('claude-code-proxy 700\n');

    const own = [
      'setpriv',
      '--reuid=claude-code-proxy',
      '--regid=claude-code-proxy',
      '--clear-groups',
      ...program,
    ];
    const add = ['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin', '--home', home];
    expect(systemd.run([...own, ...add], 'sk-ant-api03-planted-0001').code).toBe(0);
    expect(systemd.run([...own, 'auth', 'vault', 'status', '--home', home]).out).toContain('(systemd)');
    expect(systemd.ours(['service', 'uninstall', '--system']).code).toBe(0);
    expect(systemd.run(['test', '-e', `${home}/credentials.json`]).code).toBe(0);
  }, 120_000);
});
