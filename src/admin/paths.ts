/** Where a file of accounts is sent: of all that comes here nothing else is large. */
export const importPath = '/accounts/import';

/** Whether a path (without its query) is one of the routes of `app.ts`: those are loaded when one is called. */
export function isAdminPath(path: string): boolean {
  return (
    /^\/(?:health|status|metrics|control)(?:\/|$)/.test(path) ||
    path === '/api/openapi.json' ||
    isPagePath(path)
  );
}

/** Whether it is one of the page's (`pages/app.tsx`), which are loaded when somebody opens it. */
export function isPagePath(path: string): boolean {
  return (
    path === '/' ||
    /^\/(?:accounts|usage|requests|keys|settings|doctor|changes|people|sign-in|sign-out|assets|api\/events)(?:\/|$)/.test(
      path,
    )
  );
}
