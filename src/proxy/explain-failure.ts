import type { Way } from '../wire/sender.ts';
import { messageOf } from '../base/errors.ts';
import { ownCommand } from '../base/own-command.ts';
import type { Delivery } from '../wire/sender.ts';

/** Why nothing came back, for a person. */
export interface Failure {
  /** Stable, for scripts: `dns`, `tls-untrusted`, … */
  readonly code: string;
  readonly says: string;
  readonly fix: string;
}

/**
 * What system and TLS library call a failure, what that means, and what helps; '{set}' is the command that changes
 * an account. The first that fits counts.
 */
const causes: readonly (readonly [pattern: RegExp, code: string, says: string, fix: string])[] = [
  [
    /\b407\b|Socks5 Authentication failed|no accepted authentication/,
    'proxy-login-refused',
    'the outbound proxy refuses user name and password',
    'Give them again: {set} --proxy-login-stdin.',
  ],
  [
    /outbound proxy refused|Socks5 proxy rejected/,
    'proxy-refused',
    'the outbound proxy does not let the connection through',
    'Ask whoever runs the proxy whether it may go there.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|getaddrinfo/,
    'dns',
    'there is no such host, or no name server answers',
    'Check the host in the base URL (or of the outbound proxy), and the network.',
  ],
  [
    /ECONNREFUSED/,
    'refused',
    'nothing listens there',
    'Check host and port, and whether it runs; a firewall may be in between.',
  ],
  [
    /ALTNAME|does not match certificate/,
    'tls-name',
    'its certificate is for another name',
    'Use the name that the certificate has, in the base URL.',
  ],
  [
    /CERT_HAS_EXPIRED|NOT_YET_VALID|certificate has expired/,
    'tls-expired',
    'its certificate is not valid at this time',
    'Check the clock of this machine; else the other side has to renew its certificate.',
  ],
  [
    /SELF_SIGNED|self.signed|UNABLE_TO_(?:VERIFY|GET_ISSUER)|CERT_(?:UNTRUSTED|SIGNATURE_FAILURE)|local issuer/,
    'tls-untrusted',
    'its certificate comes from an authority that is not trusted here',
    "Where the network inspects TLS, give its authority: {set} --extra-ca FILE. Else it may be somebody else's server.",
  ],
  [
    /WRONG_VERSION|EPROTO|ERR_SSL|TLS|SSL/,
    'tls',
    'it does not speak TLS as it should',
    'Check whether the base URL should begin with http://, and the port.',
  ],
  [
    /no connection within|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH/,
    'timeout',
    'it cannot be reached',
    'Check the network; a firewall may drop the connection, or an outbound proxy be needed ({set} --proxy).',
  ],
];

const slow: Failure = {
  code: 'timeout',
  says: 'it takes the connection and does not answer in time',
  fix: 'Try again later; check the base URL.',
};

/** Explains a request that got no answer; `via` is the way it took. */
export function explainFailure(
  delivery: Exclude<Delivery, { is: 'answered' }>,
  via: Way | undefined,
): Failure {
  if (delivery.is === 'late' || delivery.is === 'cancelled') return slow;
  const { cause } = delivery;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const reason = withoutLogin(messageOf(cause), via);
  const [, name, says, fix] = causes.find(([pattern]) => pattern.test(`${code} ${reason}`)) ?? [];
  const proxy = via?.proxy === undefined ? '' : `through the proxy ${via.proxy.host}: `;
  if (name !== undefined && says !== undefined && fix !== undefined) {
    const whatToDo = fix.replace('{set}', ownCommand('auth set NAME'));
    return { code: name, says: `${proxy}${says} (${reason})`, fix: whatToDo };
  }
  const isLost = delivery.is === 'lost';
  return {
    code: isLost ? 'lost' : 'unreachable',
    says: `${proxy}${isLost ? 'the connection closed before an answer' : 'there is no connection'} (${reason})`,
    fix: 'Check the base URL and the network; for http:// where https:// is meant the connection closes like this.',
  };
}

/** A message of others may hold the address with all that is in it. */
function withoutLogin(text: string, via: Way | undefined): string {
  const { username = '', password = '' } = via?.proxy ?? {};
  return [password, decodeURIComponent(password), username]
    .filter((part) => part.length > 2)
    .reduce((said, part) => said.replaceAll(part, '…'), text)
    .slice(0, 200);
}
