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
    /^\/(?:accounts|usage|requests|keys|settings|doctor|assets|api\/events)(?:\/|$)/.test(path)
  );
}
