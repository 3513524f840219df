import type { Clock } from '../base/clock.ts';
import type { ByteSource } from '../http/bytes.ts';
import type { Answer } from '../http/call.ts';
import { header, type HeaderList } from '../http/headers.ts';
import { chooseCoding, encodeBytes, encoded } from './coding.ts';
import { bend } from './fault-shapes.ts';
import { faultsOf, type Fault } from './faults.ts';
import { Flow, joined, type FlowEnding } from './flow.ts';
import type { Reply } from './reply.ts';
import { split } from './splitting.ts';
import { piece, type Step } from './steps.ts';

/** How fast events come: one after the other at once, all in one piece, or so many milliseconds apart. */
export type Pace = 'fast' | 'burst' | number;

export interface Delivery {
  readonly clock: Clock;
  readonly faults: readonly Fault[];
  readonly pace: Pace;
  readonly requestId: string;
  /** Headers of the call: `accept-encoding` is read here. */
  readonly headers: HeaderList;
  /** Told once, when the last byte has left or the reader has gone. */
  readonly onEnd: (ending: FlowEnding | 'short') => void;
}

/** Faults that put an event into a stream; no other body can have them. */
const eventful: ReadonlySet<string> = new Set(['error-event', 'pings', 'comments', 'unknown-event']);

/** Faults that change what a body does, and when. */
const bending: ReadonlySet<string> = new Set(['slow-first', 'silence', 'cut', 'end', ...eventful]);

/** Turns what the API wants to say into the answer that goes out, bent as the scenario says. */
export function deliver(reply: Reply, delivery: Delivery): Answer {
  const { status, body } = reply;
  const hasEvents = body.is === 'steps' && body.paced;
  const shapes = faultsOf(delivery.faults, 'shape').filter(({ name }) => hasEvents || !eventful.has(name));
  const extra = shapes
    .filter(({ name }) => name === 'headers')
    .flatMap(({ arg }) => manyHeaders(Number(arg)));
  const headers = [...reply.headers, ...extra];
  const bends = shapes.filter(({ name }) => bending.has(name));
  if (body.is === 'source') return { status, headers, body: body.source };
  if (body.is === 'nothing') {
    delivery.onEnd('complete');
    return { status, headers, body: undefined };
  }
  const unpaced: Delivery = { ...delivery, pace: 'fast' };
  if (body.is === 'steps')
    return deliverSteps(status, headers, body.steps, shapes, body.paced ? delivery : unpaced);
  if (bends.length === 0) return deliverBytes(status, headers, body.bytes, shapes, delivery);
  return deliverSteps(status, headers, halves(body.bytes), shapes, unpaced);
}

function deliverBytes(
  status: number,
  headers: readonly string[],
  bytes: Uint8Array,
  shapes: readonly Fault[],
  delivery: Delivery,
): Answer {
  const coding = codingOf(shapes, delivery);
  if (shapes.some(({ name }) => name === 'split'))
    return deliverSteps(status, headers, [piece(bytes)], shapes, { ...delivery, pace: 'fast' });
  delivery.onEnd('complete');
  if (coding === undefined) return { status, headers, body: bytes };
  const small = encodeBytes(bytes, coding);
  return { status, headers: withCoding(headers, coding, small.length), body: small };
}

function deliverSteps(
  status: number,
  headers: readonly string[],
  plain: Iterable<Step>,
  shapes: readonly Fault[],
  { clock, pace, requestId, onEnd, ...delivery }: Delivery,
): Answer {
  const bends = shapes.filter(({ name }) => bending.has(name));
  const steps =
    bends.length === 0
      ? plain
      : bends.reduce<Step[]>((all, fault) => bend(all, fault, requestId), [...plain]);
  const isShort = bends.some(({ name }) => name === 'end' || name === 'error-event');
  const coding = codingOf(shapes, delivery);
  let source: ByteSource = new Flow(pace === 'burst' ? joined(steps) : steps, {
    clock,
    paceMs: typeof pace === 'number' ? pace : 0,
    onEnd(ending) {
      onEnd(isShort && ending === 'complete' ? 'short' : ending);
    },
  });
  if (coding !== undefined) source = encoded(source, coding);
  const pieces = shapes.find(({ name }) => name === 'split');
  if (pieces !== undefined) source = split(source, Number(pieces.arg));
  // A body that ends early on purpose must not be told apart by its length.
  const told =
    coding !== undefined ? withCoding(headers, coding) : isShort ? withoutLength(headers) : headers;
  return { status, headers: told, body: source };
}

function codingOf(shapes: readonly Fault[], { headers }: Pick<Delivery, 'headers'>) {
  const compress = shapes.find(({ name }) => name === 'compress');
  return compress === undefined ? undefined : chooseCoding(compress.arg, header(headers, 'accept-encoding'));
}

function halves(bytes: Uint8Array): Step[] {
  const middle = Math.ceil(bytes.length / 2);
  return [piece(bytes.subarray(0, middle)), piece(bytes.subarray(middle))];
}

function withoutLength(headers: readonly string[]): string[] {
  return headers.flatMap((name, at) =>
    at % 2 === 0 && name.toLowerCase() !== 'content-length' ? [name, headers[at + 1] ?? ''] : [],
  );
}

function withCoding(headers: readonly string[], coding: string, length?: number): string[] {
  const told = length === undefined ? [] : ['content-length', String(length)];
  return [...withoutLength(headers), ...told, 'content-encoding', coding, 'vary', 'accept-encoding'];
}

function manyHeaders(count: number): string[] {
  const headers: string[] = [];
  for (let at = 1; at <= Math.min(count, 5_000); at += 1)
    headers.push(`x-sim-extra-${at}`, 'extra '.repeat(8).trim());
  return headers;
}
