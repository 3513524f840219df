import { batchLimit, messageLimit } from './body.ts';
import { ApiError } from './errors.ts';
import { batchMessage, countTokens, dialectOf, postMessage } from './messages.ts';
import {
  authorize,
  deviceAuthorization,
  discovery,
  oauthPaths,
  revoke,
  showCode,
  token,
  verify,
} from './oauth-endpoints.ts';
import { getSkill, listSkills, Objects } from './objects.ts';
import { jsonReply, type Reply } from './reply.ts';
import { requireAgentsBeta } from './sessions.ts';
import type { RunRequest } from './batches.ts';
import { unescaped } from './target.ts';
import type { Visit } from './visit.ts';
import type { World } from './world.ts';

/** One endpoint: what it does with the call, and how much of a body it holds. */
export interface Route {
  readonly method: string;
  /** Path with `{}` where an id stands. */
  readonly path: string;
  /** Bytes held before the handler runs; 0: the handler reads the body itself. */
  readonly held: number;
  /** Answers without a credential. */
  readonly isOpen: boolean;
  readonly answer: (visit: Visit, world: World, id: string) => Reply | Promise<Reply>;
}

function route(
  method: string,
  path: string,
  answer: Route['answer'],
  { held = messageLimit, isOpen = false }: { held?: number; isOpen?: boolean } = {},
): Route {
  return { method, path, held, isOpen, answer };
}

const messages: Route[] = [
  route('POST', '/v1/messages', postMessage),
  route('POST', '/v1/messages/count_tokens', countTokens),
  route('GET', '/v1/models', (visit, world) => world.models.list(visit.query)),
  route('GET', '/v1/models/{}', (_, world, id) => world.models.get(id)),
];

const runIn =
  (world: World): RunRequest =>
  (params, dialect, key) =>
    batchMessage(params, dialect, key, world);

const batches: Route[] = [
  route(
    'POST',
    '/v1/messages/batches',
    (visit, { batches, settings, clock }) =>
      batches.create(visit, visit.body.object(), dialectOf(visit), settings.publicUrl, clock.now()),
    { held: batchLimit },
  ),
  route('GET', '/v1/messages/batches', (visit, world) =>
    world.batches.list(visit, runIn(world), world.clock.now()),
  ),
  route('GET', '/v1/messages/batches/{}', (visit, world, id) =>
    world.batches.get(visit, id, runIn(world), world.clock.now()),
  ),
  route('DELETE', '/v1/messages/batches/{}', (visit, { batches, clock }, id) =>
    batches.delete(visit, id, clock.now()),
  ),
  route('POST', '/v1/messages/batches/{}/cancel', (visit, { batches, clock }, id) =>
    batches.cancel(visit, id, clock.now()),
  ),
  route('GET', '/v1/messages/batches/{}/results', (visit, world, id) =>
    world.batches.results(visit, id, runIn(world), world.clock.now()),
  ),
];

const files: Route[] = [
  route('POST', '/v1/files', (visit, { files, clock }) => files.upload(visit, clock.now()), { held: 0 }),
  route('GET', '/v1/files', (visit, { files, clock }) => files.list(visit, clock.now())),
  route('GET', '/v1/files/{}', (visit, { files, clock }, id) => files.get(visit, id, clock.now())),
  route('GET', '/v1/files/{}/content', (visit, { files, clock }, id) =>
    files.content(visit, id, clock.now()),
  ),
  route('DELETE', '/v1/files/{}', (visit, { files, clock }, id) => files.delete(visit, id, clock.now())),
];

/** Calls about managed agents need their beta value. */
const agent =
  (answer: Route['answer']): Route['answer'] =>
  (visit, ...rest) => {
    requireAgentsBeta(visit.betas);
    return answer(visit, ...rest);
  };

const sessions: Route[] = [
  route(
    'POST',
    '/v1/sessions',
    agent((visit, world) => world.sessions.create(visit, visit.body.object())),
  ),
  route(
    'GET',
    '/v1/sessions',
    agent((visit, world) => world.sessions.list(visit)),
  ),
  route(
    'GET',
    '/v1/sessions/{}',
    agent((visit, world, id) => world.sessions.get(visit, id)),
  ),
  route(
    'DELETE',
    '/v1/sessions/{}',
    agent((visit, world, id) => world.sessions.delete(visit, id)),
  ),
  route(
    'POST',
    '/v1/sessions/{}/archive',
    agent((visit, world, id) => world.sessions.archive(visit, id)),
  ),
  route(
    'POST',
    '/v1/sessions/{}/events',
    agent((visit, world, id) => world.sessions.send(visit, id, visit.body.object())),
  ),
  route(
    'GET',
    '/v1/sessions/{}/events',
    agent((visit, world, id) => world.sessions.events(visit, id)),
  ),
  route(
    'GET',
    '/v1/sessions/{}/events/stream',
    agent((visit, world, id) => world.sessions.stream(visit, id)),
  ),
];

const objects: Route[] = Objects.names.flatMap((name) => [
  route('POST', `/v1/${name}`, (visit, { objects, clock }) =>
    objects.create(visit, name, visit.body.object(), clock.now()),
  ),
  route('GET', `/v1/${name}`, (visit, world) => world.objects.list(visit, name)),
  route('GET', `/v1/${name}/{}`, (visit, world, id) => world.objects.get(visit, name, id)),
  route('POST', `/v1/${name}/{}`, (visit, { objects, clock }, id) =>
    objects.update(visit, name, id, visit.body.object(), clock.now()),
  ),
  route('DELETE', `/v1/${name}/{}`, (visit, world, id) => world.objects.delete(visit, name, id)),
  route('POST', `/v1/${name}/{}/archive`, (visit, { objects, clock }, id) =>
    objects.archive(visit, name, id, clock.now()),
  ),
]);

/**
 * What a gateway must not let through unasked. It answers any key, so that a test can tell a refusal of
 * the gateway from one of the API.
 */
const administration: Route[] = [
  ...['GET', 'POST', 'DELETE'].map((method) =>
    route(method, '/v1/organizations/{}', ({ key }, _, id) =>
      jsonReply(
        id === 'me'
          ? { id: key.organization, type: 'organization', name: `Organization of ${key.name}` }
          : { data: [], has_more: false, first_id: null, last_id: null },
      ),
    ),
  ),
  route(
    'POST',
    '/v1/oauth/token',
    (_, world) =>
      jsonReply({
        access_token: world.draws.id('sk-ant-oat01-simulated-'),
        token_type: 'Bearer',
        expires_in: 3600,
        scope: 'workspace:inference',
      }),
    { isOpen: true },
  ),
];

const form = { held: 64 * 1024, isOpen: true };

const oauth: Route[] = [
  route('GET', oauthPaths.discovery, discovery, form),
  route('GET', oauthPaths.authorize, authorize, form),
  route('POST', oauthPaths.authorize, authorize, form),
  route('POST', oauthPaths.token, token, form),
  route('POST', oauthPaths.device, deviceAuthorization, form),
  route('GET', oauthPaths.verify, verify, form),
  route('POST', oauthPaths.verify, verify, form),
  route('POST', oauthPaths.revoke, revoke, form),
  route('GET', oauthPaths.code, showCode, form),
];

const hello: Route[] = ['HEAD', 'GET'].map((method) =>
  route(method, '/api/hello', () => jsonReply({ message: 'hello' }), { isOpen: true }),
);

const all: readonly Route[] = [
  ...messages,
  ...batches,
  ...files,
  ...sessions,
  ...objects,
  ...administration,
  ...oauth,
  ...hello,
  route('GET', '/v1/skills', (visit) => listSkills(visit)),
  route('GET', '/v1/skills/{}', (_, __, id) => getSkill(id)),
];

const byMethodAndPath = new Map(all.map((known) => [`${known.method} ${known.path}`, known]));
const methodsByPath = new Map<string, string[]>();
for (const { method, path } of all) methodsByPath.set(path, [...(methodsByPath.get(path) ?? []), method]);

/**
 * The endpoint of `method` and `path`, and the id in the path.
 *
 * @throws ApiError 404 for a path and 405 for a method that the API does not have
 */
export function findRoute(method: string, path: string): { route: Route; id: string } {
  const exact = byMethodAndPath.get(`${method} ${path}`);
  if (exact !== undefined) return { route: exact, id: '' };
  const shape = methodsByPath.has(path) ? { path, id: '' } : shapeOf(path);
  const methods = shape === undefined ? undefined : methodsByPath.get(shape.path);
  if (shape === undefined || methods === undefined) throw new ApiError(404);
  const found = byMethodAndPath.get(`${method} ${shape.path}`);
  if (found === undefined) throw new ApiError(405, undefined, { headers: ['allow', methods.join(', ')] });
  return { route: found, id: shape.id };
}

/** `/v1/files/file_1/content` → `/v1/files/{}/content`, where such a path is known. */
function shapeOf(path: string): { path: string; id: string } | undefined {
  const segments = path.split('/');
  for (const [at, id] of segments.entries()) {
    if (at < 3 || id === '') continue;
    const shape = segments.with(at, '{}').join('/');
    if (methodsByPath.has(shape)) return { path: shape, id: unescaped(id) };
  }
  // Below an organization everything is one endpoint.
  if (segments[2] === 'organizations' && segments.length > 4)
    return { path: '/v1/organizations/{}', id: unescaped(segments[3] ?? '') };
  return undefined;
}
