import { importPath } from '../admin/paths.ts';
import { type ByteSink, type ByteSource, collect, TooManyBytes } from '../http/bytes.ts';
import type { Answer, Call } from '../http/call.ts';
import { header, pairs } from '../http/headers.ts';
import type { Clock } from '../base/clock.ts';
import { GatewayError, messageOf } from '../base/errors.ts';
import { nativeSignal } from '../base/signal.ts';

/** Requests of the page and the control API are small; the API's own calls do not come this way (bytes). */
const largestBody = 256 * 1024;
/** A file with hundreds of accounts and their tokens (bytes). */
const largestImport = 1024 * 1024;
/** Who takes longer for so little holds a connection and sends nothing: nobody has looked yet at who it is (ms). */
const bodyWithinMs = 30_000;

/**
 * A call as a web request, for the rooms that speak web standard.
 *
 * @throws GatewayError body_too_large, body_timeout, bad_request
 */
export async function toRequest(call: Call, clock: Clock): Promise<Request> {
  const headers = new Headers();
  for (const [name, value] of pairs(call.headers)) {
    try {
      headers.append(name, value);
    } catch {
      throw new GatewayError('bad_request', `The header ${JSON.stringify(name)} is not valid.`);
    }
  }
  const host = header(call.headers, 'host') ?? 'localhost';
  const url = `${call.peer.secure ? 'https' : 'http'}://${host}${call.target.startsWith('/') ? call.target : '/'}`;
  if (!URL.canParse(url)) throw new GatewayError('bad_request', 'The request target is not a valid URL.');
  // In another spelling (dot segments, backslashes) the path would be one thing to whoever guards it and another here.
  if (new URL(url).pathname !== call.target.split('?', 1)[0])
    throw new GatewayError('bad_request', 'The request path is not in its plain form.');
  const hasBody = call.method !== 'GET' && call.method !== 'HEAD';
  const body = hasBody ? await smallBody(call, clock) : undefined;
  return new Request(url, {
    method: call.method,
    headers,
    signal: nativeSignal(call.signal),
    ...(body !== undefined && { body }),
  });
}

/** The body of such a request. @throws GatewayError body_too_large, body_timeout */
export async function smallBody(
  { target, body }: Call,
  clock: Clock,
): Promise<Buffer<ArrayBuffer> | undefined> {
  if (body === undefined) return undefined;
  const most = target.split('?', 1)[0] === importPath ? largestImport : largestBody;
  const tooLate = Promise.withResolvers<never>();
  const cancel = clock.after(bodyWithinMs, () => {
    body.cancel();
    tooLate.reject(new GatewayError('body_timeout', 'The request body did not arrive in time.'));
  });
  try {
    return Buffer.from(await Promise.race([collect(body, most), tooLate.promise]));
  } catch (error) {
    if (error instanceof TooManyBytes) {
      throw new GatewayError('body_too_large', `The request body is larger than ${most} bytes.`, {
        cause: error,
      });
    }
    throw error;
  } finally {
    cancel();
  }
}

/** A web response as an answer. A stream of events flows; everything else is small and goes out as one piece. */
export async function toAnswer(response: Response): Promise<Answer> {
  const headers: string[] = [];
  response.headers.forEach((value, name) => {
    if (name !== 'set-cookie') headers.push(name, value);
  });
  for (const cookie of response.headers.getSetCookie()) headers.push('set-cookie', cookie);
  const { status, body } = response;
  if (body === null) return { status, headers, body: undefined };
  if (response.headers.get('content-type') === 'text/event-stream')
    return { status, headers, body: sourceOf(body) };
  return { status, headers, body: new Uint8Array(await response.arrayBuffer()) };
}

/** A web stream as bytes that are pushed. What the reader does not take waits here: events are few and small. */
function sourceOf(stream: ReadableStream<Uint8Array>): ByteSource {
  const reader = stream.getReader();
  let held: PromiseWithResolvers<void> | undefined;
  let isCancelled = false;
  const flow = async (sink: ByteSink): Promise<void> => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      await held?.promise;
      if (!isCancelled) sink.chunk(next.value);
    }
    if (!isCancelled) sink.end();
  };
  return {
    start(sink) {
      flow(sink).catch((error: unknown) => {
        if (!isCancelled) sink.fail(error instanceof Error ? error : new Error(messageOf(error)));
      });
    },
    pause() {
      held ??= Promise.withResolvers();
    },
    resume() {
      held?.resolve();
      held = undefined;
    },
    cancel() {
      isCancelled = true;
      held?.resolve();
      void reader.cancel().catch(() => {});
    },
  };
}
