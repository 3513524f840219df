import { product } from '../base/product.ts';
import { problem } from './problems.ts';

/** Options somebody might expect to take a secret; none does. */
const secretOption =
  /^--(?:secret|api-?key|key|token|access-token|auth-token|password|passphrase|proxy-login|credential)(?:=|$)/i;

/** What Anthropic's keys and tokens begin with. */
const secretWord = /(?:^|[=:\s])sk-(?:ant-|[A-Za-z0-9_-]{16})/;

/** A URL with a password, as people write it for a proxy. */
const secretUrl = /^(?:--?[\w-]+=)?\w+:\/\/[^/\s@]*:[^/\s@]+@/;

/**
 * Refuses a command line with a secret in it, before anything of it could be repeated in a message. (The
 * words are not ours after `--`; and revoking a key by the key itself is what one does with a leaked one.)
 *
 * @throws Problem secret-in-arguments
 */
export function refuseSecretsIn(words: readonly string[]): void {
  const isAuth = words[0] === 'auth' || words[0] === 'admin';
  const isRevoking = words[0] === 'keys' && words[1] === 'revoke';
  for (const word of words) {
    const isOwnKey = word.startsWith(product.keyPrefix) && word.length > product.keyPrefix.length + 20;
    const isSecret = isAuth && (secretOption.test(word) || secretUrl.test(word));
    if (secretWord.test(word) || isSecret || (isOwnKey && !isRevoking)) {
      throw problem('secret-in-arguments');
    }
  }
}
