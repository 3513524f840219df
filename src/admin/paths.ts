/** Whether a path (without its query) is one of the routes of `app.ts`: those are loaded when one is called. */
export function isAdminPath(path: string): boolean {
  return /^\/(?:health|status|metrics|control)(?:\/|$)/.test(path);
}
