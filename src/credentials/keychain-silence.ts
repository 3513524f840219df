import { Problem } from '../base/problem.ts';

/** Why a keychain does not answer. The runtime has one error code for most of them, so its words decide. */
export type Silence =
  | 'no-session-bus'
  | 'no-library'
  | 'no-service'
  | 'no-collection'
  | 'locked'
  | 'denied'
  | 'no-answer'
  | 'failed';

/** What a person is told: why, and how to make it answer. */
const words: Readonly<Record<Silence, readonly [why: string, remedy: string]>> = {
  'no-session-bus': [
    'this process has no D-Bus session',
    'A desktop session has one. On a server the key is kept elsewhere: docs/vault.md says where.',
  ],
  'no-library': ['libsecret is not installed', 'Install it (Debian, Ubuntu: libsecret-1-0).'],
  'no-service': [
    'no Secret Service runs in this session',
    'Install and start one: gnome-keyring, KWallet or KeePassXC.',
  ],
  'no-collection': [
    'it has no login keyring',
    'Make one and choose it as the default, for example in "Passwords and Keys"; logging in at the desktop does.',
  ],
  locked: ['it is locked', 'Unlock it: log in at the desktop, or open its program and type its password.'],
  denied: ['it refused', 'Allow this program to use it when it asks.'],
  'no-answer': [
    'it did not answer in time; most likely it waits for its password in a window',
    'Unlock it and try again.',
  ],
  failed: ['it failed', 'Look whether other programs can use it.'],
};

/** The runtime's codes that say enough by themselves. */
const codes: Readonly<Record<string, Silence>> = {
  ERR_SECRETS_INTERACTION_NOT_ALLOWED: 'locked',
  ERR_SECRETS_INTERACTION_REQUIRED: 'locked',
  ERR_SECRETS_ACCESS_DENIED: 'denied',
  ERR_SECRETS_AUTH_FAILED: 'denied',
  ERR_SECRETS_USER_CANCELED: 'denied',
};

/** What libsecret and GDBus say, in English, as the child runs with LC_ALL=C. In this order: the first that fits. */
const phrases: readonly (readonly [RegExp, Silence])[] = [
  [/libsecret not available/i, 'no-library'],
  [/locked|prompt was dismissed/i, 'locked'],
  [/not provided by any \.service|ServiceUnknown|has no owner/i, 'no-service'],
  [/collection|does not exist at path/i, 'no-collection'],
  [/autolaunch D-Bus|could not connect|connection (?:is closed|refused)/i, 'no-session-bus'],
  [/timeout was reached|timed out|NoReply/i, 'no-answer'],
];

/** The cause behind an error of `Bun.secrets`. */
export function silenceOf(code: string, said: string): Silence {
  return codes[code] ?? phrases.find(([pattern]) => pattern.test(said))?.[1] ?? 'failed';
}

/** The Problem `vault-keychain-silent`; `said` are the words of the system, where they add something. */
export function silent(name: string, because: Silence, said = ''): Problem {
  const [why, remedy] = words[because];
  const quoted = because === 'failed' && said !== '' ? ` (${said})` : '';
  return new Problem(
    'vault-keychain-silent',
    `${name.replace(/^./, (letter) => letter.toUpperCase())} does not answer: ${why}${quoted}.`,
    remedy,
  );
}
