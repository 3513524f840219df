import { isPagePath } from '../paths.ts';

/** Where somebody goes who wanted nothing in particular. */
export const firstPage = '/accounts';

/**
 * Where somebody goes once they are signed in: the page they wanted, or the first one. Never an address elsewhere,
 * whatever a link to the sign-in says, and nothing but a page.
 */
export function returnPath(wanted: string | undefined): string {
  // Browsers take `\` for `/`, leave tabs and line breaks out, and `//host` leads elsewhere.
  if (wanted === undefined || !/^\/[a-z]/.test(wanted) || !/^[\x21-\x5b\x5d-\x7e]{1,500}$/.test(wanted))
    return firstPage;
  const base = 'http://localhost';
  if (!URL.canParse(wanted, base)) return firstPage;
  const { origin, pathname, search } = new URL(wanted, base);
  const isPage = origin === base && isPagePath(pathname);
  return isPage && !/^\/(?:assets|api|sign-in|sign-out)(?:\/|$)/.test(pathname)
    ? `${pathname}${search}`
    : firstPage;
}
