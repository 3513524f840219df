import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { program, until, type CommandResult } from './a-command.ts';

/** Debian has it; every user is one that owns nothing. */
const nobody = 65_534;

const cgroups = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].find((folder) =>
  existsSync(join(folder, 'cgroup.procs')),
);

/** Why a systemd of our own cannot be started here; undefined where it can. */
export function noSystemdHere(): string | undefined {
  if (process.platform !== 'linux') return 'this is not Linux';
  if (process.getuid?.() !== 0) return 'only root may make namespaces with a systemd in them';
  if (!existsSync('/lib/systemd/systemd')) return 'systemd is not installed (apt-get install -y systemd)';
  if (cgroups === undefined) return 'there are no control groups of version 2';
  const mayRead = Bun.spawnSync(asNobody(['test', '-r', program.at(-1) ?? '']));
  return mayRead.exitCode === 0 ? undefined : 'other users may not read this folder';
}

function asNobody(words: readonly string[]): string[] {
  return ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', ...words];
}

/** Units of the machine that have nothing to do here, or would do it to the machine that we are on. */
const masked = [
  ...['service', 'socket'].map((kind) => `systemd-journald.${kind}`),
  'systemd-journald-dev-log.socket systemd-journald-audit.socket systemd-udevd.service systemd-udevd-control.socket',
  'systemd-udevd-kernel.socket systemd-udev-trigger.service systemd-tmpfiles-setup.service systemd-tmpfiles-setup-dev.service',
  'systemd-sysusers.service systemd-sysctl.service systemd-modules-load.service systemd-random-seed.service',
  'systemd-update-utmp.service systemd-remount-fs.service local-fs.target swap.target dev-hugepages.mount',
  'dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount',
  'sys-kernel-config.mount proc-sys-fs-binfmt_misc.automount systemd-ask-password-console.path',
  'systemd-ask-password-wall.path kmod-static-nodes.service systemd-binfmt.service systemd-machine-id-commit.service',
  'systemd-hwdb-update.service systemd-firstboot.service systemd-pstore.service network-online.target',
  'systemd-journal-flush.service systemd-initctl.socket dbus.socket dbus.service systemd-logind.service timers.target',
  'cryptsetup.target integritysetup.target veritysetup.target',
].join(' ');

/** Makes namespaces in which nothing of this machine changes, and becomes systemd. `$1` is a folder of its own. */
const enter = (scope: 'user' | 'system', group: string): string => `set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system /run/lock /run/user/${nobody}
chown ${nobody} /run/user/${nobody} && chmod 700 /run/user/${nobody}
mkdir -p ${group}
echo $$ >${group}/cgroup.procs
${scope === 'user' ? becomeUser(group) : becomeMachine()}
`;

function becomeUser(group: string): string {
  const env = `env -i PATH="$PATH" HOME="$1" USER=nobody XDG_RUNTIME_DIR=/run/user/${nobody}`;
  return `chown -R ${nobody} ${group} "$1"
exec ${asNobody([]).join(' ')} ${env} /lib/systemd/systemd --user --log-target=console --unit=basic.target`;
}

function becomeMachine(): string {
  return `mount -t tmpfs tmpfs "$1"
for part in etc usr var; do
  mkdir "$1/$part" "$1/$part-work"
  mount -t overlay overlay -o "lowerdir=/$part,upperdir=$1/$part,workdir=$1/$part-work" "/$part"
done
rm -rf /etc/systemd/system/*.wants
for unit in ${masked}; do ln -sf /dev/null "/run/systemd/system/$unit"; done
# As a machine has it: what systemd mounts for a unit is seen by that unit.
mount --make-rshared /
exec env -i PATH="$PATH" container=proof /lib/systemd/systemd --system --log-target=console --unit=basic.target`;
}

/** A real systemd in namespaces of its own: that of a user without rights, or that of a machine. */
export class Systemd {
  readonly #scope: 'user' | 'system';
  readonly #folder = mkdtempSync(join(tmpdir(), 'ccproxy-systemd-'));
  readonly #group: string;
  readonly #child: Bun.Subprocess;

  private constructor(scope: 'user' | 'system') {
    this.#scope = scope;
    this.#group = join(cgroups ?? '', `ccproxy-${scope}-${process.pid}`);
    const script = join(this.#folder, 'enter.sh');
    const place = join(this.#folder, 'place');
    mkdirSync(place);
    // Others must get through to it.
    Bun.spawnSync(['chmod', '755', this.#folder]);
    writeFileSync(script, enter(scope, this.#group));
    const apart = [
      'unshare',
      '--mount',
      ...(scope === 'user' ? [] : ['--pid', '--fork', '--kill-child', '--mount-proc', '--uts', '--ipc']),
    ];
    this.#child = Bun.spawn([...apart, 'bash', script, place], { stdio: ['ignore', 'ignore', 'ignore'] });
  }

  /** Starts it; resolves when it takes orders. */
  static async start(scope: 'user' | 'system'): Promise<Systemd> {
    const made = new Systemd(scope);
    await until(() => made.run(['systemctl', ...made.manager, 'is-system-running']).out.trim() === 'running');
    return made;
  }

  /** The home of the user. */
  get home(): string {
    return join(this.#folder, 'place');
  }

  get manager(): string[] {
    return this.#scope === 'user' ? ['--user'] : [];
  }

  /** Runs a program in there. */
  run(words: readonly string[], input = ''): CommandResult {
    const { stdout, stderr, exitCode } = Bun.spawnSync(this.#inside(words), {
      stdin: Buffer.from(input),
      timeout: 100_000,
    });
    return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
  }

  /** The same for a program of which this process does not wait for the end: its own clients go on. */
  async runMeanwhile(words: readonly string[]): Promise<CommandResult> {
    const child = Bun.spawn(this.#inside(words), { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
    const texts = [child.stdout, child.stderr].map((stream) => new Response(stream).text());
    const [out = '', err = ''] = await Promise.all(texts);
    return { code: await child.exited, out, err };
  }

  #inside(words: readonly string[]): string[] {
    const { pid } = this.#child;
    const inside =
      this.#scope === 'user' ? pid : readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const spaces = this.#scope === 'user' ? ['-m'] : ['-m', '-p', '-u', '-i'];
    const env = ['env', '-i', `PATH=${process.env['PATH']}`];
    const who =
      this.#scope === 'user'
        ? asNobody([...env, `HOME=${this.home}`, 'USER=nobody', `XDG_RUNTIME_DIR=/run/user/${nobody}`])
        : [...env, 'HOME=/root'];
    return ['nsenter', '-t', String(inside), ...spaces, ...who, ...words];
  }

  /** Runs our program in there. */
  ours(words: readonly string[], input = ''): CommandResult {
    return this.run([...program, ...words], input);
  }

  /** Runs our program in there, and goes on meanwhile. */
  oursMeanwhile(words: readonly string[]): Promise<CommandResult> {
    return this.runMeanwhile([...program, ...words]);
  }

  async close(): Promise<void> {
    writeFileSync(join(this.#group, 'cgroup.kill'), '1');
    await this.#child.exited;
    // Where there are hierarchies of version 1 as well, systemd has made groups of that name in them.
    const name = basename(this.#group);
    const all = readdirSync('/sys/fs/cgroup').map((one) => join('/sys/fs/cgroup', one, name));
    for (const group of [this.#group, ...all.filter((one) => existsSync(one))])
      await until(() => removeGroup(group));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Control groups are removed from the leaves, once nothing is in them. */
function removeGroup(group: string): boolean {
  if (!existsSync(group)) return true;
  const found = Bun.spawnSync(['find', group, '-depth', '-type', 'd']).stdout.toString().trim().split('\n');
  try {
    for (const one of found) rmdirSync(one);
    return true;
  } catch {
    return false;
  }
}
