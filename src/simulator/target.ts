/** A request target, taken apart. */
export interface Target {
  /** Path as the API sees it. */
  readonly path: string;
  readonly query: string;
  /** Scenario that the path asks for: `/s/<scenario>/…`. */
  readonly scenario: string | undefined;
}

/** Splits `/s/cut-3/v1/messages?beta=true` into scenario, path and query. */
export function readTarget(target: string): Target {
  const mark = target.indexOf('?');
  const whole = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark + 1);
  const [, scenario, path] = /^\/s\/([^/]+)(\/.*)$/.exec(whole) ?? [];
  if (scenario === undefined || path === undefined) return { path: whole, query, scenario: undefined };
  return { path, query, scenario: unescaped(scenario) };
}

/** A part of a path without its percent signs; as it stands where they make no sense. */
export function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
