import { longestOpeningMs } from '../base/opening.ts';
import { product } from '../base/product.ts';
import { homeVariable } from '../config/environment.ts';
import type { Plan, Scope } from './service.ts';

export const unitName = `${product.binary}.service`;

/** Where a service of the machine keeps its files: what `StateDirectory=` makes. */
export const systemHome = `/var/lib/${product.binary}`;

/** The user that a service of the machine runs as, where nobody says otherwise. */
export const systemUser = product.binary;

/** Where an administrator may set variables for the service of the machine. */
export const environmentFile = `/etc/${product.binary}/environment`;

/** How long the manager waits for the end; the proxy asks for more where `server.drain_seconds` is longer (s). */
const stopSeconds = 45;

/** What fences a user's own service in beyond the rest, where the kernel lets users have namespaces. */
export const ownWalls = [
  'PrivateUsers=yes',
  'CapabilityBoundingSet=',
  'ProtectClock=yes',
  'ProtectHostname=yes',
];

/**
 * The unit: one template for `service install`, in both scopes, and for the packages. Directives that an older
 * systemd does not know are skipped by it with a warning.
 *
 * @param hasNamespaces whether the service of a user can have {@link ownWalls}; with them, where it cannot, it
 *   would not start
 */
export function systemdUnit(scope: Scope, plan: Plan, hasNamespaces = true): string {
  const more = scope === 'system' ? walls(plan) : hasNamespaces ? ownWalls : [];
  const sections = [
    ['Unit', ...about(scope)],
    ['Service', ...running(scope, plan), ...whereItLives(scope, plan), ...fence, ...more],
    ['Install', `WantedBy=${scope === 'system' ? 'multi-user.target' : 'default.target'}`],
  ];
  return sections.map(([name, ...lines]) => `[${name}]\n${lines.join('\n')}\n`).join('\n');
}

function about(scope: Scope): string[] {
  const network = ['Wants=network-online.target', 'After=network-online.target'];
  return [
    `Description=${product.name}`,
    `Documentation=man:${product.binary}(1)`,
    ...(scope === 'system' ? network : []),
  ];
}

function running(scope: Scope, { program, config }: Plan): string[] {
  const words = [...program, 'serve', '--no-open', ...(config === undefined ? [] : ['--config', config])];
  return [
    '# The proxy says when it listens, that it is stopping and how long that may take, and that it is alive.',
    'Type=notify',
    'NotifyAccess=main',
    `ExecStart=${words.map(quotedWord).join(' ')}`,
    'ExecReload=/bin/kill -HUP $MAINPID',
    'Restart=on-failure',
    'RestartSec=5',
    '# A start cannot correct a wrong command line or setting, nor give a passphrase.',
    'RestartPreventExitStatus=2 3 6',
    '# A newer version may have a large database to migrate first.',
    `TimeoutStartSec=${longestOpeningMs / 1_000}`,
    '# Running answers may end; a second signal would cut them off.',
    `TimeoutStopSec=${stopSeconds}`,
    'KillMode=mixed',
    'WatchdogSec=60',
    ...(scope === 'system' ? ['LimitNOFILE=65536'] : []),
  ];
}

function whereItLives(scope: Scope, { home, user }: Plan): string[] {
  if (scope === 'user')
    return home === undefined ? [] : [`Environment=${quotedValue(`${homeVariable}=${home}`)}`];
  const folder = home ?? systemHome;
  const own = [`StateDirectory=${product.binary}`, 'StateDirectoryMode=0700'];
  return [
    `User=${user ?? systemUser}`,
    `Environment=${quotedValue(`${homeVariable}=${folder}`)}`,
    `EnvironmentFile=-${environmentFile}`,
    ...(folder === systemHome ? own : [`ReadWritePaths=${quotedValue(folder)}`]),
    '# The key of the vault, or the passphrase it is sealed with, where one lies in /etc/credstore.encrypted/.',
    ...['vault-key', 'vault-passphrase'].map(
      (name) => `LoadCredentialEncrypted=${name}:${product.binary}.${name}`,
    ),
  ];
}

/** What needs neither rights nor namespaces, so that it holds everywhere. */
const fence = [
  '# MemoryDenyWriteExecute= cannot be used: the runtime compiles what runs often.',
  'UMask=0077',
  'NoNewPrivileges=yes',
  'KeyringMode=private',
  'LockPersonality=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'RestrictNamespaces=yes',
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'SystemCallFilter=~@privileged',
  'SystemCallErrorNumber=EPERM',
];

/** What only the manager of the machine can set up. */
function walls({ home = systemHome, config = home, program }: Plan): string[] {
  const isAtHome = [home, config, ...program].some((path) => /^\/(?:home|root)\//.test(path));
  return [
    'CapabilityBoundingSet=',
    'AmbientCapabilities=',
    'ProtectSystem=strict',
    `ProtectHome=${isAtHome ? 'read-only' : 'yes'}`,
    'ProtectProc=invisible',
    'ProtectClock=yes',
    'ProtectControlGroups=yes',
    'ProtectHostname=yes',
    'ProtectKernelLogs=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelTunables=yes',
    'PrivateDevices=yes',
    'PrivateTmp=yes',
    'PrivateUsers=yes',
    'RemoveIPC=yes',
  ];
}

/** One word of a command line (systemd.service(5), "Command lines"): `%` and `$` mean something there. */
function quotedWord(word: string): string {
  return quotedValue(word).replaceAll('$', '$$$$');
}

/** One word of any other list, as `Environment=` takes it. */
function quotedValue(text: string): string {
  const escaped = text.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('%', '%%');
  return /^[\w@%+=:,./-]+$/.test(text) ? escaped : `"${escaped}"`;
}
