import { createHmac } from 'node:crypto';
import { GatewayError } from '../../base/errors.ts';
import type { Secret } from '../../base/secret.ts';
import { isSame } from '../run-file.ts';
import type { Asker, Origin } from './asker.ts';

/** In which header a page shows that it is one of ours: no form of another site can send a header. */
export const changeHeader = 'x-ccproxy-change';

/** Methods that change nothing, whatever their path (RFC 9110 §9.2.1). */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Whether a request asks for a change: everything that is no GET does, and nothing else may. */
export function isChange({ method }: Request): boolean {
  return !safeMethods.has(method);
}

/** What a page of this asker sends along with every change. It dies with the process, and with the sign-in. */
export function changeToken(secret: Secret, { session }: Pick<Asker, 'session'>): string {
  return createHmac('sha256', secret.reveal()).update(`change ${session}`).digest('base64url');
}

/** What the sign-in sends along, where nobody is known yet. */
export function signInToken(secret: Secret): string {
  return changeToken(secret, { session: 'nobody' });
}

/**
 * Lets a change through that a page of ours asked for on behalf of somebody who may.
 *
 * @throws GatewayError wrong_origin, not_permitted
 */
export function checkChange(request: Request, asker: Asker, secret: Secret, ours: Pick<Origin, 'url'>): void {
  checkPage(request, changeToken(secret, asker), ours);
  if (asker.role !== 'admin')
    throw new GatewayError('not_permitted', 'You may look at everything here, but change nothing.', {
      shouldRetry: false,
    });
}

/**
 * Whether what costs work is asked for by a page of ours, or by a program: a page of another site may lead a window or
 * a frame here, and sees nothing of it.
 */
export function isOwnAsking(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  return site === null || site === 'same-origin';
}

/**
 * Lets through what a page of ours has sent. Hosts and foreign origins were looked at by the doors; an origin that
 * may call the API from its pages may still not press our buttons.
 *
 * @throws GatewayError wrong_origin, not_permitted
 */
export function checkPage(request: Request, token: string, { url }: Pick<Origin, 'url'>): void {
  const { headers } = request;
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  const isOurs = origin === null || origin.trim().toLowerCase() === new URL(url).origin;
  // Every browser says at least one of the two with a change; what says neither is none.
  if ((site === null && origin === null) || !isOurs || (site !== null && site !== 'same-origin'))
    throw new GatewayError('wrong_origin', 'Changes are made from the pages of this proxy only.');
  const given = headers.get(changeHeader);
  if (given === null || !isSame(given, token))
    throw new GatewayError(
      'not_permitted',
      'This page is from before the proxy last started. Reload it and try again.',
      { shouldRetry: false },
    );
}
