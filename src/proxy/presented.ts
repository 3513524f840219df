import { product } from '../base/product.ts';

/** The token of a Bearer (RFC 6750 §2.1), its scheme in any case; '' for any other scheme or none. */
export function bearerIn(value: string): string {
  return /^bearer\s+(.*)$/is.exec(value.trim())?.[1]?.trim() ?? '';
}

/** Whether a credential is, or would be, one of the client keys we hand out. */
export function isClientKey(credential: string): boolean {
  return credential.startsWith(product.keyPrefix);
}

/** Whether a header value holds a client key in any form: bare, behind a scheme, among others. */
export function holdsClientKey(value: string): boolean {
  return value.split(/[\s,;="]+/).some(isClientKey);
}
