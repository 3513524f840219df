/** What the commands about the service can end with; part of the table in `problem-table.ts`. */
export const serviceProblems = {
  'service-unsupported': {
    exit: 'failed',
    title: 'There is no service manager here.',
    fix: 'Start the proxy another way: `{self} serve`, or as a container.',
  },
  'service-not-installed': {
    exit: 'unknown',
    title: 'The proxy is not installed as a service.',
    fix: 'Install it: `{self} service install`.',
  },
  'service-rights': {
    exit: 'refused',
    title: 'Only an administrator may do that.',
    fix: 'Use sudo, or a terminal that was opened as administrator.',
  },
  'service-session': {
    exit: 'failed',
    title: 'This user has no session of systemd.',
    fix: 'Log in as that user, or let it run always: `loginctl enable-linger USER`.',
  },
  'service-user': {
    exit: 'usage',
    title: 'A daemon needs somebody who runs it.',
    fix: 'Name an account of this machine: --as USER.',
  },
  'service-home-foreign': {
    exit: 'refused',
    title: 'The folder for the files of the service belongs to somebody else.',
    fix: 'Give it away if it is for the service alone, or name another one: --home.',
  },
  'service-packaged': {
    exit: 'refused',
    title: 'The service belongs to a package.',
    fix: 'Remove the package.',
  },
  'service-program': {
    exit: 'settings',
    title: '{user} may not run {program}: {folder} is closed.',
    fix: 'Put the program where everybody may run it: `sudo install -m 755 {program} /usr/local/bin/`, and use that one.',
  },
  'service-passing': {
    exit: 'settings',
    title: '{program} may be gone tomorrow: it is in a folder for what is used once.',
    fix: 'Install the program first (docs/installation/binaries.md), then its service.',
  },
  'service-failed': {
    exit: 'failed',
    title: 'The service manager refused.',
    fix: '`{self} service logs` shows what it said.',
  },
  'service-silent': {
    exit: 'unreachable',
    title: 'The service was started and does not answer.',
    fix: '`{self} service logs` shows why; it is tried again by itself.',
  },
  'service-by-hand': {
    exit: 'usage',
    title: 'This command is for the service control manager of Windows alone.',
    fix: '`{self} service start` starts the service, `{self} serve` a proxy.',
  },
} as const;
