import { isUtf8 } from 'node:buffer';
import type { ClientKey, ClientKeys } from '../access/client-keys.ts';
import { GatewayError } from '../base/errors.ts';
import { product } from '../base/product.ts';
import { header, lowerName, type HeaderList } from '../http/headers.ts';
import type { Client } from './gateway.ts';
import { bearerIn, isClientKey } from './presented.ts';

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
export function authenticate(
  headers: HeaderList,
  keys: Pick<ClientKeys, 'authenticate'>,
  isRequired: boolean,
): Identity {
  const { ours, others } = credentialsIn(headers);
  let refusal: string | undefined;
  for (const presented of ours) {
    const found = keys.authenticate(presented);
    if (found.is === 'known') return { client: { is: 'keyed', key: found.key }, own: ownOf(others) };
    refusal = refusals[found.is];
  }
  // A key that is wrong is refused even where none is needed: it must not travel on as somebody's credential.
  if (refusal !== undefined) throw unauthorized(refusal);
  if (!isRequired) return { client: { is: 'local' }, own: ownOf(others) };
  throw unauthorized(
    `A client key is required. Send one as "x-api-key" or "Authorization: Bearer" (${product.binary} keys create makes one).`,
  );
}

/** What a caller presents, the named key first: what is a client key, and what is somebody else's credential. */
function credentialsIn(headers: HeaderList): { ours: string[]; others: string[] } {
  const named: string[] = [];
  const shared: string[] = [];
  const bearers: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const value = headers[at + 1] ?? '';
    switch (lowerName(headers[at] ?? '')) {
      case keyHeader:
        if (value !== '') named.push(value);
        break;
      case 'x-api-key':
        if (value !== '') shared.push(value);
        break;
      case 'authorization': {
        const bearer = bearerIn(value);
        if (bearer !== '') bearers.push(bearer);
      }
    }
  }
  const ours = named;
  const others: string[] = [];
  for (const values of [shared, bearers])
    for (const value of values) (isClientKey(value) ? ours : others).push(value);
  return { ours, others };
}

function ownOf(values: readonly string[]): Identity['own'] {
  return values.length === 0 ? undefined : { looksReal: values.some((value) => value.startsWith('sk-ant-')) };
}

const refusals = {
  unknown: 'This client key is not known here.',
  expired: 'This client key has expired.',
  revoked: 'This client key was revoked.',
} as const;

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
  const value = header(headers, 'x-account-name');
  const name = value === undefined ? '' : nameIn(value).trim();
  return name === '' ? undefined : name;
}

/**
 * Names are free text, headers are bytes: a name may come as UTF-8, or escaped as our own answers write it
 * (`x-ccproxy-account`), which is only done to names that are not ASCII.
 */
function nameIn(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  const text = isUtf8(bytes) ? bytes.toString('utf8') : value;
  // Two questions: as one expression they would take seconds for a long value of escapes.
  if (!/^[\x20-\x7e]*$/.test(text) || !/%[0-9a-f]{2}/i.test(text)) return text;
  try {
    const unescaped = decodeURIComponent(text);
    return /^[\x20-\x7e]*$/.test(unescaped) ? text : unescaped;
  } catch {
    return text;
  }
}

/** What a key that is held to certain models may reach besides messages: nothing that runs a model unseen. */
const withoutModels: ReadonlySet<string> = new Set(['files', 'models', 'skills']);

/** @throws GatewayError not_permitted where the models of the key could not be seen to in this group of paths */
export function requireGroup(client: Client, group: string): void {
  if (client.is === 'local' || (client.key.models ?? []).length === 0 || withoutModels.has(group)) return;
  const message = `This client key is held to certain models; /v1/${group === 'batches' ? 'messages/batches' : group} is not open to it.`;
  throw new GatewayError('not_permitted', message, { shouldRetry: false });
}
