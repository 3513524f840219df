const unchanged = 'Nothing was changed. Try again later.';

/** What replacing the program can end with. */
export const updateProblems = {
  'update-no-feed': {
    exit: 'settings',
    title: 'This build knows no place where releases are published.',
    fix: 'Set `update.feed_url` to the address of a folder with a release, such as a mirror of yours.',
  },
  'update-no-key': {
    exit: 'settings',
    title: 'This build trusts no key, so it could believe no release.',
    fix: 'Put the public key (minisign) of whoever signs the releases there into `update.keys`.',
  },
  'update-managed': {
    exit: 'refused',
    title: 'This program belongs to {by}, which would not know of another one.',
    fix: 'To update it: {command}',
  },
  'update-checkout': {
    exit: 'refused',
    title: 'This runs from a checkout of the sources, in {folder}.',
    fix: 'To update: `git pull` there, and start it again.',
  },
  'update-unreachable': { exit: 'unreachable', title: 'The feed could not be read.', fix: unchanged },
  'update-redirected': {
    exit: 'failed',
    title: 'The feed leads where no release is taken from.',
    fix: unchanged,
  },
  'update-feed-refused': {
    exit: 'failed',
    title: 'The feed does not have what was asked for.',
    fix: unchanged,
  },
  'update-feed-invalid': { exit: 'failed', title: 'The feed does not hold together.', fix: unchanged },
  'update-key-unknown': {
    exit: 'failed',
    title: 'The release is signed with a key that is not trusted here.',
    fix: 'If you know whose key it is and trust them, put it into `update.keys`.',
  },
  'update-signature-wrong': { exit: 'failed', title: 'The release is not what was signed.', fix: unchanged },
  'update-hash-wrong': { exit: 'failed', title: 'A file is not the one that was signed.', fix: unchanged },
  'update-future': {
    exit: 'failed',
    title: 'The release is of the future.',
    fix: 'See that the clock of this machine is right.',
  },
  'update-stale': {
    exit: 'failed',
    title: 'What the feed says is no longer good.',
    fix: 'See that the clock is right and that the mirror is kept up to date.',
  },
  'update-downgrade': {
    exit: 'failed',
    title: 'The feed offers an older version.',
    fix: 'Ask who keeps the feed.',
  },
  'update-no-asset': {
    exit: 'failed',
    title: 'The release has no binary for this machine.',
    fix: 'See its release notes, or build it from source.',
  },
  'update-no-room': { exit: 'failed', title: 'There is no room left.', fix: 'Make some room and try again.' },
  'update-not-allowed': {
    exit: 'refused',
    title: 'This user may not replace the program.',
    fix: 'Run the command as the user who installed it, such as with `sudo`.',
  },
  'update-busy': {
    exit: 'refused',
    title: 'Another process is updating this program now.',
    fix: 'Wait for its end.',
  },
  'update-overtaken': {
    exit: 'refused',
    title: 'Another update has replaced this program meanwhile.',
    fix: 'Look at what runs now: `{self} --version`.',
  },
  'update-database': {
    exit: 'failed',
    title: 'The database could not be copied before the update.',
    fix: 'See what `{self} doctor` says about it.',
  },
  'update-trial-failed': {
    exit: 'failed',
    title: 'The new version does not work here.',
    fix: 'Nothing was changed; the version that runs stays. Please report it.',
  },
  'self-test-failed': {
    exit: 'failed',
    title: 'This program does not work here: {reason}.',
    fix: 'Please report it.',
  },
  'update-rolled-back': {
    exit: 'failed',
    title: 'Version {to} did not come up, so version {from} is back: {reason}',
    fix: 'See `{self} logs`, and please report it.',
  },
  'update-stuck': {
    exit: 'failed',
    title: 'Version {to} did not come up, and going back did not work either: {reason}',
    fix: '{way}; start it.',
  },
  'update-no-previous': {
    exit: 'unknown',
    title: 'There is no version to go back to.',
    fix: 'Download the version you want and put it in its place.',
  },
  'update-no-copy': {
    exit: 'unknown',
    title: 'There is no copy of the database from before the last update.',
    fix: 'Go back without `--database`.',
  },
  'update-rollback-failed': {
    exit: 'failed',
    title: 'Going back would not work.',
    fix: 'Nothing was changed; the version that runs stays.',
  },
  'update-rollback-database': {
    exit: 'failed',
    title: 'The version before cannot work with the database as it is now.',
    fix: 'Stop the proxy, and `{self} update --rollback --database`.',
  },
  'update-rollback-running': {
    exit: 'refused',
    title: 'The proxy runs, so its database cannot be replaced.',
    fix: 'Stop it: `{self} stop`.',
  },
} as const;
