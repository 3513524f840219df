import { randomUUID } from 'node:crypto';
import { sleep, type Clock } from '../base/clock.ts';
import { userAgent } from '../base/product.ts';
import { collect } from '../http/bytes.ts';
import { header } from '../http/headers.ts';
import type { Sender } from '../wire/sender.ts';

/** One call of a sample client, as it looked from its side. */
export interface SampleCall {
  /** Which client: 1, 2, … */
  readonly client: number;
  /** 0 where there was no answer at all. */
  readonly status: number;
  /** The account that served it. */
  readonly account: string | undefined;
  readonly firstByteMs: number;
}

export interface SampleClientOptions {
  readonly number: number;
  /** The proxy. */
  readonly url: string;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onCall: (call: SampleCall) => void;
}

const questions = [
  'What does this function do?',
  'Write a test for it. [[text:700]]',
  'Why does the test fail? [[think:200]] [[text:400]]',
  'Please rename it everywhere. [[text:150]]',
  'Now explain the change in three sentences.',
];

/** A person reads an answer before asking again (ms). */
const shortestPauseMs = 600;
const longestPauseMs = 2_600;

/** Answers that never end are not waited for (ms). */
const deadlineMs = 60_000;

/**
 * Holds one conversation after another with the proxy, as Claude Code would: streamed, with a session id and
 * a history that grows. Ends when the signal is aborted.
 */
export async function converse(options: SampleClientOptions): Promise<void> {
  const { signal, clock } = options;
  try {
    for (;;) {
      const session = randomUUID();
      const history: { role: string; content: string }[] = [];
      const turns = 6 + Math.floor(Math.random() * 10);
      for (let turn = 0; turn < turns; turn += 1) {
        const pause = shortestPauseMs + Math.random() * (longestPauseMs - shortestPauseMs);
        await sleep(clock, pause, signal);
        history.push({ role: 'user', content: questions[turn % questions.length] ?? '' });
        options.onCall(await ask(options, session, history));
        history.push({ role: 'assistant', content: 'It was answered.' });
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function ask(
  { number, url, sender, clock, signal }: SampleClientOptions,
  session: string,
  messages: readonly object[],
): Promise<SampleCall> {
  const origin = new URL(url);
  const body = Buffer.from(
    JSON.stringify({ model: 'claude-opus-5-5', max_tokens: 1_024, stream: true, messages }),
  );
  const began = clock.monotonic();
  const delivery = await sender.send({
    origin,
    method: 'POST',
    target: '/v1/messages?beta=true',
    headers: [
      'host',
      origin.host,
      'content-type',
      'application/json',
      'content-length',
      String(body.length),
      'user-agent',
      `${userAgent} (sample client)`,
      'anthropic-version',
      '2023-06-01',
      'x-claude-code-session-id',
      session,
    ],
    body,
    signal,
    connectMs: deadlineMs,
    headMs: deadlineMs,
  });
  const firstByteMs = clock.monotonic() - began;
  if (delivery.is !== 'answered') return { client: number, status: 0, account: undefined, firstByteMs };
  const { answer } = delivery;
  const isWhole = await read(answer.body);
  const account = header(answer.headers, 'x-ccproxy-account');
  return { client: number, status: isWhole ? answer.status : 0, account, firstByteMs };
}

/** Reads the answer to its end; says whether it came to one. */
async function read(body: Parameters<typeof collect>[0] | Uint8Array | undefined): Promise<boolean> {
  if (body === undefined || body instanceof Uint8Array) return true;
  try {
    await collect(body);
    return true;
  } catch {
    return false;
  }
}
