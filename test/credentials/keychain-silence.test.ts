import { expect, test } from 'bun:test';
import { silenceOf, silent } from '../../src/credentials/keychain-silence.ts';

const platform = 'ERR_SECRETS_PLATFORM_ERROR';

// What the runtime said on Debian 12 (libsecret 0.20.5, gnome-keyring 42.1) in each of these situations.
test.each([
  [platform, 'libsecret not available', 'no-library'],
  [platform, 'Cannot autolaunch D-Bus without X11 $DISPLAY', 'no-session-bus'],
  [platform, 'Could not connect: No such file or directory (code: 1)', 'no-session-bus'],
  [
    platform,
    'The name org.freedesktop.secrets was not provided by any .service files (code: 2)',
    'no-service',
  ],
  [
    platform,
    'Object does not exist at path “/org/freedesktop/secrets/collection/login” (code: 19)',
    'no-collection',
  ],
  [platform, 'Cannot create an item in a locked collection (code: 2)', 'locked'],
  [platform, 'Timeout was reached (code: 24)', 'no-answer'],
  ['ERR_SECRETS_INTERACTION_NOT_ALLOWED', 'User interaction is not allowed.', 'locked'],
  ['ERR_SECRETS_ACCESS_DENIED', '', 'denied'],
  ['ERR_SECRETS_USER_CANCELED', '', 'denied'],
  ['', 'something nobody has seen', 'failed'],
] as const)('%s "%s" means %s', (code, said, because) => {
  expect(silenceOf(code, said)).toBe(because);
});

test('a person is told why and what to do; the words of the system only where nothing better is known', () => {
  const known = silent('the Secret Service', 'locked', 'Cannot create an item');
  expect(known.message).toBe('The Secret Service does not answer: it is locked.');
  expect(known.fix).toStartWith('Unlock it');
  const unknown = silent('the macOS Keychain', 'failed', 'errSec 42');
  expect(unknown.message).toBe('The macOS Keychain does not answer: it failed (errSec 42).');
});
