import { header, type HeaderList } from '../http/headers.ts';
import type { Clients } from './oauth-options.ts';
import { OAuthError } from './oauth-sign-ins.ts';
import { unescaped } from './target.ts';

/**
 * Who asks: by Basic or in the form (RFC 6749 §2.3.1), undefined where a device grant names nobody.
 *
 * @throws OAuthError invalid_client
 */
export function clientOf(
  headers: HeaderList,
  form: URLSearchParams,
  clients: Clients | undefined,
): string | undefined {
  const [name, secret] = basicOf(headers) ?? [form.get('client_id'), form.get('client_secret')];
  if (clients === undefined) return name ?? undefined;
  const known = name === null || !Object.hasOwn(clients, name) ? undefined : clients[name];
  if (known === undefined || (known !== null && known !== secret))
    throw new OAuthError('invalid_client', 'There is no such client, or its secret is another one.', 401);
  return name ?? undefined;
}

function basicOf(headers: HeaderList): [name: string, secret: string] | undefined {
  const [, coded] = /^basic +(\S+)$/i.exec(header(headers, 'authorization') ?? '') ?? [];
  if (coded === undefined) return undefined;
  const [name = '', secret = ''] = Buffer.from(coded, 'base64').toString().split(':');
  return [unescaped(name.replaceAll('+', ' ')), unescaped(secret.replaceAll('+', ' '))];
}
