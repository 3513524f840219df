import { shown } from './shown.ts';

/** What a provider said instead of what was asked for (RFC 6749 §5.2), fit to be shown. */
export interface Refusal {
  /** `invalid_grant`, …; empty where the answer is no OAuth error. */
  readonly code: string;
  /** `invalid_grant: the token has expired`, or what kind of answer it is: "answered with status 502". */
  readonly reason: string;
}

/** The JSON object of an answer; undefined where it holds something else. Never rejects. */
export async function objectIn(response: Response): Promise<Readonly<Record<string, unknown>> | undefined> {
  const value: unknown = await response.json().catch(() => undefined);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

/** Reads an answer that is not the good one. Never rejects. `secrets` are left out of the provider's words. */
export async function readRefusal(response: Response, secrets: readonly string[]): Promise<Refusal> {
  const { error, error_description: description } = (await objectIn(response)) ?? {};
  const code = typeof error === 'string' ? shown(error, secrets, 64) : '';
  if (code !== '') return { code, reason: withWords(code, description, secrets) };
  const { status } = response;
  const isRedirect = status >= 300 && status < 400;
  return {
    code,
    reason: `answered with status ${status}${isRedirect ? ', a redirect, which is not followed' : ''}`,
  };
}

/** `code: words`, the provider's own. */
export function withWords(code: string, description: unknown, secrets: readonly string[]): string {
  const words = typeof description === 'string' ? shown(description, secrets) : '';
  return words === '' ? code : `${code}: ${words}`;
}
