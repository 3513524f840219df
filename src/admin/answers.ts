import type * as z from 'zod';
import { GatewayError, type ErrorCode } from '../base/errors.ts';
import type { Problem } from '../base/problem.ts';
import { errorAnswer } from '../http/envelope.ts';
import { pairs } from '../http/headers.ts';

/** Far above any real request to most routes; nobody may fill the memory through them. */
const mostBodyBytes = 64 * 1024;

/** No answer of ours may be kept by a cache or guessed to be something else. */
const always = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** `value` as JSON. */
export function json(value: unknown, status = 200, type = 'application/json'): Response {
  return new Response(JSON.stringify(value), { status, headers: { ...always, 'content-type': type } });
}

/** `content` as text of the type `type`. */
export function text(content: string, type: string): Response {
  return new Response(content, { headers: { ...always, 'content-type': type } });
}

/** `content` as it is, for nobody to show. */
export function bytes(content: Uint8Array): Response {
  return new Response(new Uint8Array(content), {
    headers: { ...always, 'content-type': 'application/octet-stream' },
  });
}

/** An error in the envelope of the API; a {@link Problem} travels along whole, for the command that asked. */
export function errorResponse(error: GatewayError, problem?: Problem): Response {
  const { status, headers, body } = errorAnswer(error);
  const all = new Headers(always);
  for (const [name, value] of pairs(headers)) all.set(name, value);
  if (problem === undefined)
    return new Response(body instanceof Uint8Array ? decoded(body) : '', { status, headers: all });
  const { code, message: title, fix } = problem;
  const whole = {
    type: 'error',
    error: { type: error.type, message: `${title} ${fix}` },
    problem: { code, title, fix },
  };
  return new Response(JSON.stringify(whole), { status, headers: all });
}

/** How a Problem of a command is told over HTTP. */
export function problemResponse(problem: Problem): Response {
  return errorResponse(new GatewayError(statusCodeOf(problem.code), problem.message), problem);
}

/** The status of the answer that tells of a Problem. */
export function problemStatus({ code, message }: Problem): number {
  return new GatewayError(statusCodeOf(code), message).status;
}

function statusCodeOf(code: string): ErrorCode {
  if (/-(unknown|missing)$/.test(code)) return 'not_found';
  if (/-(taken|exists|conflict|mounted|mismatch)$/.test(code)) return 'conflict';
  return /^(database|vault|capture)-/.test(code) ? 'internal' : 'bad_request';
}

/**
 * The JSON body of `request`, checked against `schema`.
 *
 * @throws GatewayError body_too_large, bad_request with every field that is wrong
 */
export async function readBody<T>(
  request: Request,
  schema: z.ZodType<T>,
  mostBytes = mostBodyBytes,
): Promise<T> {
  // A page of another site can send text/plain or a form without asking first, but never this.
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    throw new GatewayError('bad_request', 'The body must be JSON, sent as content-type: application/json.');
  }
  const read = schema.safeParse(parsed(decoded(await limitedBody(request, mostBytes))));
  if (read.success) return read.data;
  const wrong = read.error.issues.map((issue) => {
    const where = issue.path.length === 0 ? 'body' : issue.path.join('.');
    return `${where}: ${issue.message}`;
  });
  throw new GatewayError('bad_request', `The body is not right: ${wrong.join('; ')}.`);
}

async function limitedBody(request: Request, mostBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > mostBytes) {
      throw new GatewayError('body_too_large', `The body is larger than ${mostBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new GatewayError('bad_request', 'The body is not JSON.', { cause });
  }
}

function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
