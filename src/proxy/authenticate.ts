import type { ClientKey, ClientKeys } from '../access/client-keys.ts';
import { GatewayError } from '../base/errors.ts';
import { product } from '../base/product.ts';
import { header, headerValues, type HeaderList } from '../http/headers.ts';
import type { Client } from './gateway.ts';

/** Who calls, and what upstream credential of the client's own is left in the headers. */
export interface Identity {
  readonly client: Client;
  /**
   * The client's own upstream credential (for pass-through accounts): a value that is not one of our keys.
   * `looksReal` where it has the form the API gives out, so that a placeholder is not taken for one.
   */
  readonly own: { readonly looksReal: boolean } | undefined;
}

/** The header that carries the client key where `Authorization` is the client's own. */
export const keyHeader = `${product.headerPrefix}key`;

/**
 * Who calls. A key is accepted in `x-ccproxy-key`, `x-api-key` or as a Bearer; Claude Code with a key
 * helper sends two at once.
 *
 * @throws GatewayError not_authenticated, with `x-should-retry: false`: Claude Code would try for three minutes
 */
export function authenticate(headers: HeaderList, keys: ClientKeys, isRequired: boolean): Identity {
  const named = headerValues(headers, keyHeader);
  const shared = [
    ...headerValues(headers, 'x-api-key'),
    ...headerValues(headers, 'authorization').map(withoutScheme),
  ];
  const ours = [...named, ...shared.filter((value) => value.startsWith(product.keyPrefix))];
  const others = shared.filter((value) => value !== '' && !value.startsWith(product.keyPrefix));
  let refusal: string | undefined;
  for (const presented of ours) {
    const found = keys.authenticate(presented);
    if (found.is === 'known') return { client: { is: 'keyed', key: found.key }, own: ownOf(others) };
    refusal = refusalOf(found.is);
  }
  // A key that is wrong is refused even where none is needed: it must not travel on as somebody's credential.
  if (refusal !== undefined) throw unauthorized(refusal);
  if (!isRequired) return { client: { is: 'local' }, own: ownOf(others) };
  throw unauthorized(
    `A client key is required. Send one as "x-api-key" or "Authorization: Bearer" (${product.binary} keys create makes one).`,
  );
}

function ownOf(values: readonly string[]): Identity['own'] {
  return values.length === 0 ? undefined : { looksReal: values.some((value) => value.startsWith('sk-ant-')) };
}

function withoutScheme(value: string): string {
  return /^bearer\s+/i.test(value) ? value.replace(/^bearer\s+/i, '').trim() : '';
}

function refusalOf(is: 'unknown' | 'expired' | 'revoked'): string {
  switch (is) {
    case 'unknown':
      return 'This client key is not known here.';
    case 'expired':
      return 'This client key has expired.';
    case 'revoked':
      return 'This client key was revoked.';
  }
}

function unauthorized(message: string): GatewayError {
  return new GatewayError('not_authenticated', message, { shouldRetry: false });
}

/** @throws GatewayError model_not_allowed where the key does not cover `model` */
export function requireModel(
  client: Client,
  model: string,
  fits: (patterns: readonly string[], model: string) => boolean,
): void {
  const key: ClientKey | undefined = client.is === 'keyed' ? client.key : undefined;
  if (key?.models === undefined || key.models.length === 0 || fits(key.models, model)) return;
  throw new GatewayError(
    'model_not_allowed',
    `model: this client key does not allow ${model}; it allows ${key.models.join(', ')}.`,
  );
}

/** The account the caller asked for by header, if any. */
export function pinnedAccount(headers: HeaderList): string | undefined {
  const name = header(headers, 'x-account-name')?.trim();
  return name === undefined || name === '' ? undefined : name;
}
