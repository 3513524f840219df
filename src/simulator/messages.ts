import { header } from '../http/headers.ts';
import { countInput } from './cache.ts';
import { compose, messageObject, type Composed, type Frame } from './compose.ts';
import { ApiError, invalid } from './errors.ts';
import { checkVersion, type Dialect } from './fields.ts';
import type { JsonObject } from './json.ts';
import type { KeyState } from './keys.ts';
import type { LimitRefusal } from './limits.ts';
import type { SimulatedModel } from './models.ts';
import { planFor, type Plan } from './plan.ts';
import { jsonReply, type Reply } from './reply.ts';
import { textOf, type MessagesRequest } from './request.ts';
import { checkSignatures } from './signatures.ts';
import type { RunningTurn } from './threads.ts';
import type { Usage } from './totals.ts';
import { readRequest } from './validate.ts';
import type { Visit } from './visit.ts';
import type { World } from './world.ts';

/** `POST /v1/messages`. */
export async function postMessage(visit: Visit, world: World): Promise<Reply> {
  const body = visit.body.object();
  const dialect = dialectOf(visit);
  const request = readRequest(body, dialect, 'messages');
  const turn =
    request.thread === undefined
      ? undefined
      : world.threads.begin(request, body, visit.key.name, world.clock.now());
  try {
    return await answerMessage(visit, world, turn?.request ?? request, dialect, turn);
  } catch (error) {
    turn?.abandon();
    throw error;
  }
}

async function answerMessage(
  visit: Visit,
  world: World,
  request: MessagesRequest,
  dialect: Dialect,
  turn: RunningTurn | undefined,
): Promise<Reply> {
  const { settings, clock, streams } = world;
  const planned = planFor(request, visit.replyLength ?? settings.replyLength);
  if (planned.scenario !== undefined) await visit.play(planned.scenario);
  if (planned.paceMs !== undefined) visit.setPace(planned.paceMs);
  const plan = { ...planned, stopReason: visit.stopReason() ?? planned.stopReason };
  const { composed, frame } = makeMessage(request, plan, visit.key, world);
  visit.notes.usage = frame.usage;
  visit.notes.thinkingDropped = frame.dropped.length;
  visit.atEnd((isComplete) => {
    if (isComplete) turn?.store(composed.id, listBlocks(composed, frame), clock.now());
    else turn?.abandon();
  });
  const told = toldFrame(frame, dialect);
  if (!request.stream) return jsonReply(messageObject(composed, told));
  return {
    status: 200,
    headers: ['content-type', 'text/event-stream; charset=utf-8', 'cache-control', 'no-cache'],
    body: { is: 'steps', steps: streams.events(composed, told), paced: true },
  };
}

/** `POST /v1/messages/count_tokens`. */
export function countTokens(visit: Visit, world: World): Reply {
  const body = visit.body.object();
  const request = readRequest(body, dialectOf(visit), 'count_tokens');
  world.models.find(request.model);
  const refusal = visit.key.limits.admitCount(world.clock.now());
  if (refusal !== undefined) throw tooMany(refusal);
  return jsonReply({ input_tokens: countInput(request) });
}

/** One request of a batch, answered. */
export function batchMessage(params: JsonObject, dialect: Dialect, key: KeyState, world: World): JsonObject {
  const request = readRequest(params, dialect, 'messages');
  if (request.stream) throw invalid('stream: streaming is not supported in batches');
  if (request.thread !== undefined) throw invalid('thread: threads are not supported in batches');
  const plan = planFor(request, world.settings.replyLength);
  const { composed, frame } = makeMessage(request, plan, key, world, true);
  return messageObject(composed, toldFrame(frame, dialect));
}

/** @throws ApiError 400 where the version header is missing or unknown */
export function dialectOf({ call, betas }: Visit): Dialect {
  return { version: checkVersion(header(call.headers, 'anthropic-version')), betas };
}

type WholeFrame = Frame & { readonly dropped: NonNullable<Frame['dropped']> };

/** Checks what depends on the key and the model, counts, charges, and writes the answer down. */
function makeMessage(
  request: MessagesRequest,
  plan: Plan,
  key: KeyState,
  world: World,
  isBatch = false,
): { composed: Composed; frame: WholeFrame } {
  const now = world.clock.now();
  const model = world.models.find(request.model);
  checkModelRules(request, model);
  world.files.checkReferences(request, key.name, now);
  const dropped = checkSignatures(request, key.organization, model.bindsThinking);
  const measured = world.cache.measure(key.scope, request, model.smallestCached, now);
  const { count } = measured;
  const prompt = count.fresh + count.read + count.write5m + count.write1h;
  const longest = world.settings.longestPrompt ?? model.contextWindow;
  if (prompt > longest) throw invalid(`prompt is too long: ${prompt} tokens > ${longest} maximum`);
  const composed = compose(request, plan, key.organization, world.draws);
  const { counts, told } = plan.usage;
  const usage: Usage = {
    input: counts.input ?? count.fresh,
    cacheRead: counts.cacheRead ?? count.read,
    cacheWrite5m: counts.cacheWrite5m ?? count.write5m,
    cacheWrite1h: counts.cacheWrite1h ?? count.write1h,
    output: composed.output.all,
    thinking: composed.output.thinking,
  };
  // Batches have limits of their own, which are not simulated.
  if (!isBatch) charge(key, request.model, usage, now);
  measured.write();
  key.totals.bill(request.model, usage);
  return { composed, frame: { usage, told, request, dropped, isBatch } };
}

/** The list of dropped thinking is told only to those who ask for it. */
function toldFrame(frame: WholeFrame, { betas }: Dialect): Frame {
  const asks = betas.some((beta) => beta.startsWith('thinking-binding-controls-'));
  return asks ? frame : { ...frame, dropped: undefined };
}

/** @throws ApiError 400 */
function checkModelRules(
  { maxTokens, model: id, messages, thread }: MessagesRequest,
  model: SimulatedModel,
): void {
  if (maxTokens !== undefined && maxTokens > model.maxOutput)
    throw invalid(
      `max_tokens: ${maxTokens} > ${model.maxOutput}, which is the maximum allowed number of output tokens for ${id}`,
    );
  const last = messages.filter(({ role }) => role !== 'system').at(-1);
  if (last?.role !== 'assistant' || thread?.type === 'continue') return;
  if (!model.prefill)
    throw invalid(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  if (/\s$/.test(textOf(last.content)))
    throw invalid('messages: final assistant content cannot end with trailing whitespace');
}

/** @throws ApiError 429 */
function charge(key: KeyState, model: string, usage: Usage, now: number): void {
  const window = key.windows?.refusal(model, now);
  if (window !== undefined)
    throw new ApiError(429, 'You have reached the usage limit of your plan. Please try again later.', {
      headers: ['retry-after', String(window.retryAfterSeconds)],
    });
  const fresh = usage.input + usage.cacheWrite5m + usage.cacheWrite1h;
  const refusal = key.limits.admit({ input: fresh, output: usage.output }, now);
  if (refusal !== undefined) throw tooMany(refusal);
  key.windows?.use(model, { fresh: fresh + usage.output, read: usage.cacheRead }, now);
}

function tooMany({ what, perMinute, retryAfterSeconds }: LimitRefusal): ApiError {
  return new ApiError(
    429,
    `This request would exceed the rate limit of your organization of ${perMinute} ${what} per minute. Please try again later.`,
    { headers: ['retry-after', String(retryAfterSeconds)] },
  );
}

function listBlocks(composed: Composed, frame: Frame): readonly JsonObject[] {
  const { content } = messageObject(composed, frame);
  return Array.isArray(content) ? (content as readonly JsonObject[]) : [];
}
