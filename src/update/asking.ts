import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { Problem } from '../base/problem.ts';
import { userAgent } from '../base/product.ts';
import { isLoopbackHost, isSafeUrl } from '../config/hosts.ts';
import type { ByteSource } from '../http/bytes.ts';
import type { Answer } from '../http/call.ts';
import { header, type HeaderList } from '../http/headers.ts';
import type { Sender, Way } from '../wire/sender.ts';
import { chunksOf } from './flow.ts';

/** What a feed is asked with. */
export interface Asking {
  readonly sender: Sender;
  readonly clock: Clock;
  readonly patience: Patience;
  /** The way to a place; the usual one where it is left out. */
  readonly wayOut?: (url: URL) => Way | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/** How long a feed may take (ms). */
export interface Patience {
  readonly connectMs: number;
  readonly headMs: number;
  /** For all of a small file. */
  readonly wholeMs: number;
  /** In so much time {@link leastBytes} of a large file must come. */
  readonly stallMs: number;
  /** Between two tries. */
  readonly pauseMs: number;
}

export const usualPatience: Patience = {
  connectMs: 15_000,
  headMs: 30_000,
  wholeMs: 60_000,
  stallMs: 30_000,
  pauseMs: 1_000,
};

/** Slower than that it would take a day: 100 MB in 30 s pieces of 32 KiB. */
export const leastBytes = 32 * 1024;

/** Mirrors and stores of files send on once or twice. */
const mostRedirects = 5;

/** The head of an answer, and the body that follows it. */
export interface Answered {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * Asks for a file, and follows where that leads: to any host over https, since what comes is believed for its
 * signature and not for its place; over http only within this machine, and from there.
 *
 * @throws Problem update-unreachable, update-redirected
 */
export async function ask(
  url: URL,
  more: HeaderList,
  asking: Asking,
  signal: AbortSignal,
): Promise<Answered> {
  let at = url;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const { status, headers, body } = await send(at, more, asking, signal);
    const location = header(headers, 'location');
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined)
      return { status, headers, body: bodyOf(body) };
    letGo(body);
    at = nextOf(at, location);
  }
  throw redirected(url, 'again and again');
}

/**
 * A small file, whole.
 *
 * @throws Problem update-unreachable, update-redirected, update-feed-refused, update-feed-invalid where it is larger
 */
export async function askSmall(url: URL, limit: number, asking: Asking): Promise<Buffer> {
  return inTime(asking, asking.patience.wholeMs, url, async (signal) => {
    const { status, body } = await ask(url, [], asking, signal);
    // What is not read ends with the signal.
    if (status !== 200) throw refused(url, status);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of body) {
      size += chunk.length;
      if (size > limit) throw tooLarge(url, limit);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  });
}

/** Does `work`, which is told when `ms` are over. @throws Problem update-unreachable, and what `work` throws */
async function inTime<T>(
  { clock, signal: outer }: Asking,
  ms: number,
  url: URL,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const patience = new AbortController();
  const late = Promise.withResolvers<never>();
  const cancelTimer = clock.after(ms, () => {
    late.reject(unreachable(url, `it took longer than ${ms / 1_000} seconds`));
    patience.abort();
  });
  try {
    return await Promise.race([work(joined(patience.signal, outer)), late.promise]);
  } finally {
    cancelTimer();
    patience.abort();
  }
}

/** Aborted with the first of both. */
export function joined(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? one : AbortSignal.any([one, other]);
}

async function send(url: URL, more: HeaderList, asking: Asking, signal: AbortSignal): Promise<Answer> {
  const { connectMs, headMs } = asking.patience;
  const delivery = await asking.sender.send({
    origin: url,
    via: asking.wayOut?.(url),
    method: 'GET',
    target: `${url.pathname}${url.search}`,
    headers: [
      'host',
      url.host,
      'user-agent',
      userAgent,
      'accept',
      '*/*',
      'accept-encoding',
      'identity',
      ...more,
    ],
    body: undefined,
    signal,
    connectMs,
    headMs,
  });
  switch (delivery.is) {
    case 'answered':
      return delivery.answer;
    case 'unreachable':
    case 'lost':
      throw unreachable(url, messageOf(delivery.cause), delivery.cause);
    case 'late':
    case 'cancelled':
      throw unreachable(url, 'it gave no answer in time');
  }
}

/** Where a redirect leads. @throws Problem update-redirected where that is no place to be believed */
function nextOf(from: URL, location: string): URL {
  const next = URL.parse(location, from.href);
  if (next === null) throw redirected(from, 'to no address');
  // Who serves a feed to many must not send this machine to its own doors.
  const isInwards = isLoopbackHost(next.hostname) && !isLoopbackHost(from.hostname);
  if (!isSafeUrl(next) || isInwards) throw redirected(from, `to ${next.protocol}//${next.host}`);
  next.username = '';
  next.password = '';
  return next;
}

async function* bodyOf(
  body: Uint8Array | ByteSource | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (body instanceof Uint8Array) yield body;
  else if (body !== undefined) yield* chunksOf(body);
}

function letGo(body: Uint8Array | ByteSource | undefined): void {
  if (body !== undefined && !(body instanceof Uint8Array)) body.cancel();
}

const unchanged = 'Nothing was changed.';

export function unreachable(url: URL, reason: string, cause?: unknown): Problem {
  const fix = `${unchanged} Try again later: what came so far is kept. \`update.feed_url\` says where releases are.`;
  return new Problem('update-unreachable', `${url.host} could not be read: ${reason}.`, fix, { cause });
}

export function refused(url: URL, status: number): Problem {
  const file = url.pathname.split('/').at(-1) ?? '';
  const title = `${url.host} answered with status ${status} when it was asked for ${file}.`;
  return new Problem(
    'update-feed-refused',
    title,
    `${unchanged} See that \`update.feed_url\` is the address of releases.`,
  );
}

function redirected(url: URL, where: string): Problem {
  const fix = `${unchanged} A feed may lead elsewhere over https only. See that \`update.feed_url\` is the right address.`;
  return new Problem('update-redirected', `${url.host} leads ${where}, where no release is taken from.`, fix);
}

function tooLarge(url: URL, limit: number): Problem {
  const file = url.pathname.split('/').at(-1) ?? '';
  const fix = `${unchanged} See that \`update.feed_url\` is the address of releases.`;
  return new Problem('update-feed-invalid', `${file} is larger than ${limit} bytes, as none is.`, fix);
}
