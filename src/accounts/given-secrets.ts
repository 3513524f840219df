import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import { Secret } from '../base/secret.ts';
import { type AccountKind, keepsSecret, takesSecret } from './account.ts';

/**
 * A secret as it will stand in a header, without the white space around it; undefined for kinds that are
 * given none.
 *
 * @throws Problem `secret-missing`, `secret-invalid`, or `secret-unwanted`
 */
export function readSecret(kind: AccountKind, secret: Secret | undefined): Secret | undefined {
  const text = secret?.reveal().trim() ?? '';
  if (!takesSecret(kind)) {
    if (text === '') return undefined;
    throw secretUnwanted(kind);
  }
  if (text === '') {
    throw new Problem('secret-missing', 'The secret is empty.', 'Give the key or token of the account.');
  }
  if (/^bearer\s/i.test(text)) {
    throw new Problem('secret-invalid', 'The secret begins with "Bearer".', 'Give only what comes after it.');
  }
  if (!/^[\x21-\x7e]{1,16384}$/.test(text)) {
    const title = 'The secret holds blanks, line breaks or other characters that no key or token has.';
    throw new Problem('secret-invalid', title, 'Copy it again: the whole of it, and nothing else.');
  }
  return new Secret(text);
}

/** A secret for a kind of account that is given none. */
export function secretUnwanted(kind: AccountKind): Problem {
  const title = keepsSecret(kind)
    ? `An ${kind} account is signed in to, not given a secret.`
    : 'A pass-through account has no secret: each client brings its own.';
  const fix = keepsSecret(kind)
    ? `Leave the secret out, and sign in: ${ownCommand('auth login NAME')}.`
    : 'Leave the secret out, or choose the kind api-key or token.';
  return new Problem('secret-unwanted', title, fix);
}

/**
 * What an outbound proxy wants to know, as `user:password`. Neither may be longer than SOCKS5 can say (RFC
 * 1929 §2), nor hold what HTTP cannot (RFC 7617 §2).
 *
 * @throws Problem `proxy-login-invalid`
 */
export function readProxyLogin(given: Secret): Secret {
  const text = given.reveal().replace(/\r?\n$/, '');
  const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(text) ?? [];
  const isTooLong = [user, password].some((part) => Buffer.byteLength(part) > 255);
  if (user === '' || isTooLong || /\p{Cc}/u.test(text)) {
    throw new Problem(
      'proxy-login-invalid',
      'This cannot be what the outbound proxy wants: a user name, a colon and a password, of at most 255 bytes each.',
      'Give it as user:password.',
    );
  }
  return new Secret(text);
}
