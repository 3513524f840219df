import { expect, test } from 'bun:test';
import { noFacts, type Trace } from '../../src/proxy/trace.ts';
import { Underway } from '../../src/proxy/underway.ts';
import { aCall } from '../help/a-call.ts';

const traceOf = (requestId: string): Trace => ({
  requestId,
  startedAt: 0,
  isLocal: true,
  isThreaded: false,
  facts: noFacts(),
  onOver: [],
});

test('a call is seen from when it comes in until it is over, in the order in which they came', () => {
  const underway = new Underway();
  const ids = (): string[] => underway.look().map(({ trace }) => trace.requestId);
  const leaveFirst = underway.enter(aCall(), traceOf('first'));
  const leaveSecond = underway.enter(aCall(), traceOf('second'));
  expect(ids()).toEqual(['first', 'second']);
  leaveFirst();
  expect(ids()).toEqual(['second']);
  leaveFirst();
  leaveSecond();
  expect(ids()).toEqual([]);
});

test('what is learned of a call on its way is seen', () => {
  const underway = new Underway();
  const trace = traceOf('one');
  underway.enter(aCall(), trace);
  trace.facts.model = 'claude-opus-5-5';
  expect(underway.look()[0]?.trace.facts.model).toBe('claude-opus-5-5');
});
