/** What an element of a page says to a browser. */
export function htmlOf(element: unknown): string {
  // oxlint-disable-next-line typescript/no-base-to-string -- an element of hono says its HTML
  return String(element ?? '');
}
