import { userAgent } from '../base/product.ts';
import { collect } from '../http/bytes.ts';
import type { Answer } from '../http/call.ts';
import type { Delivery, Sender } from '../wire/sender.ts';

/** One question to a server on this machine. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  /** Name, value, name, value, … besides the ones every question has. */
  readonly headers?: readonly string[];
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly deadlineMs: number;
}

export interface Said {
  readonly status: number;
  readonly value: unknown;
}

/** The same, where the answer is no JSON. */
export interface SaidBytes {
  readonly status: number;
  readonly bytes: Uint8Array;
}

/** No answer of these routes comes near it; whoever says more is somebody else. */
const mostBytes = 64 * 2 ** 20;

/** @throws Error where there is no answer, or it is not JSON */
export async function askJson(sender: Sender, url: string, asked: Asked): Promise<Said> {
  const { status, bytes } = await askBytes(sender, url, asked);
  return { status, value: parsed(bytes) };
}

/** What an answer holds where it is JSON. @throws Error where it is not */
export function parsed(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

/**
 * Asks over the wire, not by `fetch`: that sends even loopback through `HTTP_PROXY`, and what is said
 * here are secrets (measured with Bun 1.4).
 *
 * @throws Error where there is no answer
 */
export async function askBytes(sender: Sender, url: string, asked: Asked): Promise<SaidBytes> {
  const origin = new URL(url);
  const body = asked.body === undefined ? undefined : Buffer.from(JSON.stringify(asked.body));
  const delivery = await sender.send({
    origin,
    method: asked.method,
    target: asked.path,
    headers: [
      'host',
      origin.host,
      'user-agent',
      userAgent,
      'accept',
      'application/json',
      ...(asked.headers ?? []),
      ...(body === undefined ? [] : ['content-type', 'application/json']),
      ...(body === undefined && asked.method === 'GET' ? [] : ['content-length', String(body?.length ?? 0)]),
    ],
    body,
    signal: AbortSignal.timeout(asked.deadlineMs),
    connectMs: asked.deadlineMs,
    headMs: asked.deadlineMs,
  });
  const { status, body: content } = answerOf(delivery);
  if (content === undefined) return { status, bytes: new Uint8Array() };
  return { status, bytes: content instanceof Uint8Array ? content : await collect(content, mostBytes) };
}

function answerOf(delivery: Delivery): Answer {
  switch (delivery.is) {
    case 'answered':
      return delivery.answer;
    case 'unreachable':
    case 'lost':
      throw delivery.cause;
    case 'late':
    case 'cancelled':
      throw new Error('it took too long');
  }
}
