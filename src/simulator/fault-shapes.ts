import { encodeText } from './json.ts';
import { ApiError } from './errors.ts';
import type { Fault } from './faults.ts';
import { event } from './sse.ts';
import type { Chunk, Step } from './steps.ts';

/** Bytes need this long to leave before the connection is reset under them (ms). */
const breakAfterMs = 5;

/** The steps of `steps` as `fault` bends them. Faults that do not concern the order of things change nothing. */
export function bend(steps: readonly Step[], fault: Fault, requestId: string): Step[] {
  const { name, arg, options } = fault;
  switch (name) {
    case 'slow-first':
      return [{ is: 'wait', ms: Number(arg) }, ...steps];
    case 'silence': {
      const at = placeIn(steps, arg);
      if (options['ms'] === undefined) return [...steps.slice(0, at), { is: 'hang' }];
      return insert(steps, at, [{ is: 'wait', ms: Number(options['ms']) }]);
    }
    case 'cut':
      return [...steps.slice(0, placeIn(steps, arg)), { is: 'wait', ms: breakAfterMs }, { is: 'break' }];
    case 'end':
      return steps.slice(0, placeIn(steps, arg));
    case 'error-event':
      return [...steps.slice(0, placeIn(steps, arg)), errorEvent(options, requestId)];
    case 'pings':
      return insert(
        steps,
        placeIn(steps, options['at'] ?? 'head'),
        beats(fault, event('ping', { type: 'ping' })),
      );
    case 'comments': {
      const comment: Chunk = { is: 'chunk', event: '', bytes: encodeText(': keep-alive\n\n') };
      return insert(steps, placeIn(steps, options['at'] ?? 'head'), beats(fault, comment));
    }
    case 'unknown-event':
      return insert(steps, placeIn(steps, 'start'), [
        event('simulated_novelty', { type: 'simulated_novelty', note: 'nobody knows this event' }),
      ]);
    default:
      return [...steps];
  }
}

function insert(steps: readonly Step[], at: number, more: readonly Step[]): Step[] {
  return [...steps.slice(0, at), ...more, ...steps.slice(at)];
}

/** One `beat` after each `every` milliseconds (3,000), for as long as the fault says. */
function beats({ arg, options }: Fault, beat: Chunk): Step[] {
  const every = Math.max(1, Number(options['every'] ?? 3000));
  const steps: Step[] = [];
  for (let at = every; at <= Number(arg); at += every) steps.push({ is: 'wait', ms: every }, beat);
  return steps;
}

function errorEvent(options: Fault['options'], requestId: string): Chunk {
  const type = options['type'] ?? 'overloaded_error';
  const message =
    options['message'] ?? (type === 'overloaded_error' ? 'Overloaded' : 'Internal server error');
  return event('error', new ApiError(529, message, { type }).envelope(requestId));
}

/** How many of `steps` come before `place`. A place the stream does not have is its end. */
function placeIn(steps: readonly Step[], place: string): number {
  if (/^\d+$/.test(place)) return afterChunks(steps, Number(place));
  if (place === 'head') return 0;
  if (!steps.some((step) => step.is === 'chunk' && step.event !== '')) return Math.ceil(steps.length / 2);
  if (place === 'start') return afterEvent(steps, 'message_start');
  if (place === 'block') return afterEvent(steps, 'content_block_stop');
  if (place === 'delta') return afterEvent(steps, 'message_delta');
  return insideBlock(steps, place === 'tool' ? 'tool_use' : place);
}

function afterChunks(steps: readonly Step[], count: number): number {
  let seen = 0;
  for (const [at, step] of steps.entries()) {
    if (seen === count) return at;
    if (step.is === 'chunk') seen += 1;
  }
  return steps.length;
}

function afterEvent(steps: readonly Step[], name: string): number {
  const at = steps.findIndex((step) => step.is === 'chunk' && step.event === name);
  return at === -1 ? steps.length : at + 1;
}

/** Half way through the deltas of the first block of type `block`, after one of them at least. */
function insideBlock(steps: readonly Step[], block: string): number {
  const isDelta = (step: Step | undefined): boolean =>
    step?.is === 'chunk' && step.event === 'content_block_delta' && step.block === block;
  const first = steps.findIndex(isDelta);
  if (first === -1) return afterEvent(steps, 'message_start');
  let count = 0;
  while (isDelta(steps[first + count])) count += 1;
  return first + Math.max(1, Math.floor(count / 2));
}
