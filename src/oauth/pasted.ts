import type { Provider } from './provider.ts';
import type { Request } from './authorization.ts';

/** No code and no address that holds one is longer. */
const longest = 8_192;

/**
 * What a person copied out of a browser, as the answer it stands for: the whole address the browser went to, the
 * part of it behind the `?`, `code#state` as some pages show it, or the code alone. Undefined where it is none
 * of these.
 *
 * A code alone says neither whose sign-in it belongs to nor who gave it out. It is taken as an answer to this
 * one: the verifier that only we know makes the provider refuse the code of any other (RFC 7636 §1).
 */
export function pastedAnswer(
  text: string,
  { server }: Provider,
  { state }: Request,
): URLSearchParams | undefined {
  // Terminals and mails break long lines.
  const one = text.replaceAll(/\s+/g, '');
  if (one === '' || one.length > longest || /[^\x21-\x7e]/.test(one)) return undefined;
  if (/^https?:\/\//i.test(one)) return URL.canParse(one) ? new URL(one).searchParams : undefined;
  if (/^\??(?:[\w.-]+=[^&]*&)*(?:code|error)=[^&]+(?:&|$)/.test(one)) return new URLSearchParams(one);
  const [, code = '', given] = /^([^#]+)(?:#(.*))?$/.exec(one) ?? [];
  if (code === '') return undefined;
  return new URLSearchParams({ code, state: given ?? state, iss: server.issuer });
}
