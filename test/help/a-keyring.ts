import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dlopen } from 'bun:ffi';
import { afterEach, describe, test } from 'bun:test';
import { until } from './a-command.ts';

/** A bus that starts nothing by itself: what runs on it is what the test started. */
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
`;

/** A D-Bus session of its own, where a real gnome-keyring may run, in a home of its own. */
export class Keyring {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ccproxy-keyring-'));
  readonly #bus: Bun.Subprocess<'ignore', 'pipe', 'ignore'>;
  #daemon: Bun.Subprocess<Blob, 'ignore', 'ignore'> | undefined;
  /** What a program needs to find it. */
  readonly env: Record<string, string>;

  private constructor() {
    const run = join(this.#folder, 'run');
    mkdirSync(run, { mode: 0o700 });
    writeFileSync(join(this.#folder, 'bus.conf'), busConfig);
    this.env = {
      PATH: process.env['PATH'] ?? '',
      HOME: this.#folder,
      XDG_DATA_HOME: join(this.#folder, 'data'),
      XDG_RUNTIME_DIR: run,
    };
    const command = ['dbus-daemon', `--config-file=${join(this.#folder, 'bus.conf')}`, '--nofork'];
    this.#bus = Bun.spawn([...command, '--print-address'], {
      env: this.env,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'ignore',
    });
  }

  /** The bus alone. */
  static async start(): Promise<Keyring> {
    const keyring = new Keyring();
    const { value } = await keyring.#bus.stdout.getReader().read();
    keyring.env['DBUS_SESSION_BUS_ADDRESS'] = new TextDecoder().decode(value).trim();
    return keyring;
  }

  /** Starts gnome-keyring: with a password its login keyring is made or unlocked, without one it is as it was. */
  async serve(password?: string): Promise<void> {
    await this.quit();
    const how = password === undefined ? ['--start'] : ['--unlock'];
    this.#daemon = Bun.spawn(['gnome-keyring-daemon', '--foreground', '--components=secrets', ...how], {
      env: this.env,
      stdin: new Blob([password ?? '']),
      stdout: 'ignore',
      stderr: 'ignore',
    });
    await until(() => this.#hasService());
  }

  /** Lets it hang, as one does that asks for its password in a window nobody looks at. */
  freeze(): void {
    this.#daemon?.kill('SIGSTOP');
  }

  async quit(): Promise<void> {
    this.#daemon?.kill('SIGCONT');
    this.#daemon?.kill('SIGKILL');
    await this.#daemon?.exited;
    this.#daemon = undefined;
  }

  async close(): Promise<void> {
    await this.quit();
    this.#bus.kill();
    await this.#bus.exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #hasService(): Promise<boolean> {
    const bus = 'org.freedesktop.DBus';
    const asked = Bun.spawn(
      [
        'dbus-send',
        '--session',
        '--print-reply',
        `--dest=${bus}`,
        '/',
        `${bus}.NameHasOwner`,
        'string:org.freedesktop.secrets',
      ],
      { env: this.env, stdin: 'ignore', stdout: 'pipe', stderr: 'ignore' },
    );
    return (await new Response(asked.stdout).text()).includes('boolean true');
  }
}

/** Makes sessions that end after the test that asked for them. Call once in a test file. */
export function keyrings(): () => Promise<Keyring> {
  const made: Keyring[] = [];
  afterEach(async () => {
    for (const keyring of made.splice(0)) await keyring.close();
  });
  return async () => {
    const keyring = await Keyring.start();
    made.push(keyring);
    return keyring;
  };
}

/** What is missing for a Secret Service of its own, by the names of Debian's packages. */
function missingPackages(): string[] {
  const missing = [
    ['gnome-keyring', Bun.which('gnome-keyring-daemon') !== null],
    ['dbus', Bun.which('dbus-daemon') !== null && Bun.which('dbus-send') !== null],
    ['libsecret-1-0', hasLibsecret()],
  ] as const;
  return missing.filter(([, isThere]) => !isThere).map(([name]) => name);
}

function hasLibsecret(): boolean {
  try {
    dlopen('libsecret-1.so.0', { secret_password_free: { args: ['ptr'], returns: 'void' } }).close();
    return true;
  } catch {
    return false;
  }
}

/**
 * Tests against a real Secret Service. Where its packages are missing they are skipped, loudly and counted;
 * in CI their absence is a failure. Other systems than Linux have no such service.
 */
export function describeSecretService(name: string, tests: () => void): void {
  if (process.platform !== 'linux') return;
  const missing = missingPackages();
  if (missing.length === 0) {
    describe(name, tests);
    return;
  }
  const say = `NOT TESTED, as packages are missing: apt-get install ${missing.join(' ')}`;
  console.error(`${name}: ${say}`);
  if (process.env['CI'] === 'true') {
    test(name, () => {
      throw new Error(say);
    });
  } else describe.skip(name, tests);
}
