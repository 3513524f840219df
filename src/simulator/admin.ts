import * as z from 'zod';
import { messageOf } from '../base/errors.ts';
import { collect } from '../http/bytes.ts';
import type { Answer, Call } from '../http/call.ts';
import { header } from '../http/headers.ts';
import { ScenarioError } from './faults.ts';
import { decodeJson, encodeJson } from './json.ts';
import { changeOAuth, decideDevice, oauthState } from './oauth-admin.ts';
import { resetWorld, stateOf } from './state.ts';
import { unescaped } from './target.ts';
import type { World } from './world.ts';

const prefix = '/_sim/';

const notThere = 'There is no such call; see docs/simulator.md.';

/** A body of an admin call is never longer (bytes). */
const longestBody = 1024 * 1024;

const perMinute = z.number().nonnegative().optional();

const windowLimit = z.strictObject({
  limit: z.number().nonnegative(),
  lengthMs: z.number().positive().optional(),
  used: z.number().nonnegative().optional(),
});

const keyChange = z.strictObject({
  organization: z.string().min(1).optional(),
  workspace: z.string().min(1).optional(),
  revoked: z.boolean().optional(),
  requestsPerMinute: perMinute,
  tokensPerMinute: perMinute,
  inputTokensPerMinute: perMinute,
  outputTokensPerMinute: perMinute,
  countTokensPerMinute: perMinute,
  subscription: z
    .strictObject({
      fiveHour: windowLimit.optional(),
      sevenDay: windowLimit.optional(),
      sevenDayOpus: windowLimit.optional(),
      sevenDaySonnet: windowLimit.optional(),
    })
    .optional(),
});

const faultRule = z.strictObject({
  key: z.string().optional(),
  path: z.string().startsWith('/').or(z.literal('*')).optional(),
  model: z.string().optional(),
  scenario: z.string().or(z.array(z.string()).min(1)),
  times: z.int().positive().optional(),
  forMs: z.number().positive().optional(),
});

export function isAdminPath(target: string): boolean {
  return target.startsWith(prefix);
}

/** Answers `/_sim/…`: what was seen, what is, and what shall misbehave. */
export async function serveAdmin(call: Call, world: World): Promise<Answer> {
  if (!isLocal(call))
    return answer(403, { error: 'Only a caller on this machine, and no web page, may do this.' });
  try {
    return await act(call, world);
  } catch (error) {
    const isMistake =
      error instanceof ScenarioError || error instanceof SyntaxError || error instanceof z.ZodError;
    if (!isMistake) throw error;
    return answer(400, { error: error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error) });
  }
}

/** Loopback by peer and by name, and not sent by a page: neither DNS rebinding nor a foreign form gets in. */
function isLocal({ peer, headers }: Call): boolean {
  const isLoopback = /^(::ffff:)?127\.|^::1$/.test(peer.address);
  const host = (header(headers, 'host') ?? '').replace(/:\d+$/, '');
  return (
    isLoopback && /^(localhost|127\.[\d.]+|\[::1\])$/.test(host) && header(headers, 'origin') === undefined
  );
}

async function act(call: Call, world: World): Promise<Answer> {
  const [path = ''] = call.target.slice(prefix.length).split('?');
  const now = world.clock.now();
  switch (`${call.method} ${path}`) {
    case 'GET calls':
      return answer(200, {
        calls: world.record.calls.map(({ body, ...seen }) => ({ ...seen, body_kept: body !== undefined })),
      });
    case 'DELETE calls':
      world.record.clear();
      return answer(204);
    case 'GET state':
      return answer(200, stateOf(world));
    case 'DELETE state':
      resetWorld(world);
      return answer(204);
    case 'GET faults':
      return answer(200, { faults: world.rules.list(now) });
    case 'POST faults':
      world.rules.add(faultRule.parse(await bodyOf(call)), now);
      return answer(201, { faults: world.rules.list(now) });
    case 'DELETE faults':
      world.rules.clear();
      return answer(204);
    default:
      return path.startsWith('oauth') ? actOnOAuth(call, path, world) : changeKey(call, path, world, now);
  }
}

async function actOnOAuth(call: Call, path: string, world: World): Promise<Answer> {
  switch (`${call.method} ${path}`) {
    case 'GET oauth':
      return answer(200, oauthState(world));
    case 'PATCH oauth':
      changeOAuth(world, await bodyOf(call));
      return answer(200, oauthState(world));
    case 'DELETE oauth':
      world.signIns.book.revokeAll();
      return answer(204);
    case 'POST oauth/decide':
      return decideDevice(world, await bodyOf(call))
        ? answer(200, oauthState(world))
        : answer(404, { error: 'No such code waits, or there is no such person.' });
    case 'POST oauth/expire':
      world.signIns.book.expireAccess();
      return answer(204);
    default:
      return answer(404, { error: notThere });
  }
}

async function changeKey(call: Call, path: string, world: World, now: number): Promise<Answer> {
  const [, name] = /^keys\/([^/]+)$/.exec(path) ?? [];
  const key = name === undefined ? undefined : world.keys.named(unescaped(name));
  if (key === undefined || call.method !== 'PATCH') return answer(404, { error: notThere });
  key.change(keyChange.parse(await bodyOf(call)), now);
  return answer(
    200,
    stateOf(world).keys.find((facts) => facts.name === key.name),
  );
}

async function bodyOf(call: Call): Promise<unknown> {
  if (call.body === undefined) throw new SyntaxError('A JSON body is required.');
  return decodeJson(await collect(call.body, longestBody));
}

function answer(status: number, value?: unknown): Answer {
  if (value === undefined) return { status, headers: [], body: undefined };
  const body = encodeJson(value);
  return {
    status,
    headers: ['content-type', 'application/json', 'content-length', String(body.length)],
    body,
  };
}
