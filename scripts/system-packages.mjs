// What the tests need of the system beside Node and npm, by the names of Debian's packages. Plain Node, before anything is
// installed: node scripts/system-packages.mjs gate | full [--install]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Of the gate, each line for what it is needed for. */
const gate = [
  // A real Secret Service for the vault.
  ['gnome-keyring', 'dbus', 'libsecret-1-0'],
  // Outbound proxies for the wire, and an nginx to compare it with.
  ['tinyproxy', 'microsocks', 'nginx-light'],
  // A server for the database, another for the metrics.
  ['postgresql', 'prometheus'],
  // The page, and `ip` to cut its journeys off from the network.
  ['chromium', 'fonts-inter', 'iproute2'],
  // What signs, verifies and packs releases, and a sandbox to start binaries in.
  ['minisign', 'osslsigncode', 'xz-utils', 'zstd', 'bubblewrap'],
  // What builds and reads packages, and the shells that install scripts and completions are for.
  [
    'rpm',
    'wixl',
    'msitools',
    'shellcheck',
    'dash',
    'zsh',
    'fish',
    'groff-base',
    'wget',
    'curl',
    'busybox',
    'ruby',
  ],
  // The service.
  ['systemd', 'python3'],
];

/** Of the long proofs, on top. */
const more = [
  // The `.deb` as Debian judges it.
  ['lintian'],
  // Binaries and packages of Windows, and of Linux on arm64.
  ['wine64', 'qemu-user-static', 'libc6-arm64-cross'],
  // The binary for musl: see test/help/a-musl.ts. A compiler, for the benchmarks too.
  ['musl', 'libstdc++6', 'libgcc-s1', 'gcc', 'libc6-dev'],
];

/** @param {'gate' | 'full'} which */
export function systemPackages(which) {
  return (which === 'gate' ? gate : [...gate, ...more]).flat();
}

/** Those of `names` that are not installed. */
export function missingAmong(names) {
  return names.filter((name) => {
    const { status, stdout } = spawnSync('dpkg-query', ['--show', '--showformat=${Status}', name], {
      encoding: 'utf8',
    });
    return status !== 0 || stdout !== 'install ok installed';
  });
}

/** Installs what is missing, where there is apt-get. What cannot be had is told; the tests that need it fail then. */
export function installPackages(names) {
  if (spawnSync('apt-get', ['--version']).status !== 0) return;
  const missing = missingAmong(names);
  if (missing.length === 0) return;
  console.log(`── installing ${missing.join(' ')}`);
  keepPostgresFromStarting();
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...missing];
  for (const words of [['update', '-qq'], install]) {
    const { status, stderr } = asRoot(['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...words]);
    if (status !== 0) console.error(stderr?.trim().split('\n').slice(-5).join('\n'));
  }
}

/** The tests start servers of their own; Debian's package would start one for the machine. */
function keepPostgresFromStarting() {
  const folder = '/etc/postgresql-common';
  const path = `${folder}/createcluster.conf`;
  if (existsSync(path)) return;
  if (process.getuid?.() === 0) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, 'create_main_cluster = false\n');
  } else asRoot(['sh', '-c', `mkdir -p ${folder} && echo create_main_cluster = false >${path}`]);
}

function asRoot(words) {
  const [program, ...rest] = process.getuid?.() === 0 ? words : ['sudo', '-n', ...words];
  return spawnSync(program, rest, { encoding: 'utf8', maxBuffer: 2 ** 28 });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [which, order] = process.argv.slice(2);
  if (which !== 'gate' && which !== 'full') {
    console.error('node scripts/system-packages.mjs gate | full [--install]');
    process.exit(2);
  }
  const names = systemPackages(which);
  if (order === '--install') installPackages(names);
  else console.log(names.join(' '));
}
