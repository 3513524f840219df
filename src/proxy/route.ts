import { GatewayError } from '../base/errors.ts';

/** What a request target asks for, before anybody looks at its body. */
export type Route =
  | { readonly is: 'hello' }
  /** What the caller has used of its budgets; answered here, whatever the upstream has under that path. */
  | { readonly is: 'usage' }
  /** Held for repetition, chosen by session: messages and their counting. */
  | { readonly is: 'messages'; readonly counting: boolean; readonly target: string }
  | { readonly is: 'models'; readonly target: string }
  /** In OpenAI's format: translated to messages, or passed to an account that serves it as it is. */
  | { readonly is: 'openai'; readonly target: string; readonly path: string; readonly group: OpenaiGroup }
  /** Everything else of the API: streams through, in one attempt, to the account that owns the object. */
  | { readonly is: 'object'; readonly target: string; readonly path: string; readonly group: string };

export type OpenaiGroup = 'chat' | 'responses';

/** Groups that act on the organization itself or hand out secrets; open only where a setting says so. */
const guarded: ReadonlySet<string> = new Set(['organizations', 'oauth', 'tunnels']);

/** Whether a target is one of the API's, or would be in another spelling below it. */
export function isApiTarget(target: string): boolean {
  return /^\/(?:api\/|openai\/)?v1\//.test(target);
}

/** Longer than any target of the API; a URL this long is a mistake or an attack (bytes). */
const longestTarget = 8_192;

/** TRACE would show the client our credential, CONNECT would open a tunnel; the API knows neither. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Reads the target of a call under `/v1/`, its alias `/api/v1/`, or `/openai/v1/` where clients of OpenAI's have only
 * the paths of theirs. The path is compared strictly, so that
 * no spelling the upstream might read differently (other case, escapes, dot segments, doubled or trailing
 * slashes, parameters) slips past the guarded groups or the checks of a messages call.
 *
 * @returns undefined where the path is not the API's
 * @throws GatewayError path_refused, bad_request, method_not_allowed, not_found, target_too_long
 */
export function routeOf(method: string, target: string, allowAdminPaths: boolean): Route | undefined {
  if (target.length > longestTarget) {
    throw new GatewayError('target_too_long', `The request target is longer than ${longestTarget} bytes.`);
  }
  const inner = withoutAlias(target);
  const query = inner.indexOf('?');
  const path = query === -1 ? inner : inner.slice(0, query);
  if (path === '/api/hello') return helloOf(method);
  if (path === '/api/oauth/usage' && method === 'GET') return { is: 'usage' };
  if (path === '/v1/messages' && method === 'POST') return { is: 'messages', counting: false, target: inner };
  if (!path.startsWith('/v1/') || path === '/v1/') return undefined;
  if (!isPlain(path)) throw notPlain();
  if (!methods.has(method)) throw wrongMethod(method, path, [...methods].join(', '));
  const group = path.split('/')[2] ?? '';
  const isOpenai = target.startsWith('/openai/');
  if (isOpenai || group === 'chat' || group === 'responses') {
    const route = openaiRoute(method, path, inner);
    if (route !== undefined) return route;
    if (group !== 'models' || (method !== 'GET' && method !== 'HEAD')) throw notOfOpenai(method, path);
  }
  if (guarded.has(group) && !allowAdminPaths) {
    throw new GatewayError(
      'path_refused',
      `The proxy does not pass on /v1/${group}: these paths act on the whole organization. Set upstream.allow_admin_paths = true to allow them.`,
    );
  }
  if (path === '/v1/messages' || path === '/v1/messages/count_tokens') {
    if (method !== 'POST') throw wrongMethod(method, path, 'POST');
    return { is: 'messages', counting: path.endsWith('count_tokens'), target: inner };
  }
  if (path === '/v1/models' && (method === 'GET' || isOpenai)) return { is: 'models', target: inner };
  const isBatch = path === '/v1/messages/batches' || path.startsWith('/v1/messages/batches/');
  return { is: 'object', target: inner, path, group: isBatch ? 'batches' : group };
}

function withoutAlias(target: string): string {
  for (const alias of ['/api', '/openai'])
    if (target.startsWith(`${alias}/v1/`)) return target.slice(alias.length);
  return target;
}

function openaiRoute(method: string, path: string, target: string): Route | undefined {
  const group = path === '/v1/chat/completions' ? 'chat' : path === '/v1/responses' ? 'responses' : undefined;
  if (group === undefined) return undefined;
  if (method !== 'POST') throw wrongMethod(method, path, 'POST');
  return { is: 'openai', target, path, group };
}

/** What OpenAI stores and finds again, and what it has no Claude model for. */
function notOfOpenai(method: string, path: string): GatewayError {
  const message = `There is no ${method.slice(0, 20)} ${path.slice(0, 200)} here: nothing of a conversation is stored, and of OpenAI's API there are /v1/chat/completions, /v1/responses and /v1/models.`;
  return new GatewayError('not_found', message, { shouldRetry: false });
}

function helloOf(method: string): Route | undefined {
  return method === 'HEAD' || method === 'GET' ? { is: 'hello' } : undefined;
}

/** The group of a path in the one spelling the API has for it. */
const groupHead = /^\/v1\/[a-z][a-z0-9_]*(?:\/|$)/;
/** What has checks or memories of its own below messages, in any case. */
const messagesHead = /^\/v1\/messages\/(count_tokens|batches)(?:\/|$)/i;
/** Escapes of what needs none: letters, digits, `-`, `.`, `_`, `~` (RFC 3986 §2.3). */
const idleEscape = /%(?:2[DdEe]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee])/;

/**
 * Whether a path can be read in one way only. Ids may hold escapes, `%2F` among them (models of some
 * gateways have a slash in their names), but what the escapes stand for must not be a path of its own.
 */
function isPlain(path: string): boolean {
  if (!groupHead.test(path) || idleEscape.test(path)) return false;
  const below = messagesHead.exec(path)?.[1];
  if (below !== undefined && below !== below.toLowerCase()) return false;
  const inside = path.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  // A percent sign that is left hides another escape. Some servers drop `;parameters`, some turn `\` into `/`.
  if (!/^[\x21-\x7e]+$/.test(inside) || /[%;\\?#]/.test(inside)) return false;
  const segments = inside.split('/').slice(1);
  return segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

function notPlain(): GatewayError {
  return new GatewayError(
    'bad_request',
    'The request path is not in its plain form; send it in lower case, without escapes that are not needed, dot segments, parameters, doubled or trailing slashes.',
  );
}

function wrongMethod(method: string, path: string, allow: string): GatewayError {
  const message = `${path} takes ${allow}, not ${method.slice(0, 20)}.`;
  return new GatewayError('method_not_allowed', message, { allow });
}
