import { expect, it } from 'bun:test';
import { Turns, type Lane } from '../../src/accounts/turns.ts';

/** Lets everybody go, one after the other, whoever is next; names them in that order. */
function goneIn(turns: Turns<string>): string[] {
  const gone: string[] = [];
  for (let [next] = turns.inOrder(); next !== undefined; [next] = turns.inOrder()) {
    turns.remove(next, true);
    gone.push(next.one);
  }
  return gone;
}

function waiting(...arrivals: readonly [Lane, string][]): Turns<string> {
  const turns = new Turns<string>();
  for (const [lane, one] of arrivals) turns.add(lane, one);
  return turns;
}

const of = (session: string, client = 'local'): Lane => ({ client, session });

it('of one session whoever came first is first', () => {
  const turns = waiting([of('s'), 'one'], [of('s'), 'two'], [of('s'), 'three']);
  expect(turns.size).toBe(3);
  expect(goneIn(turns)).toEqual(['one', 'two', 'three']);
  expect(turns.size).toBe(0);
});

it('a session with many that wait lets another one have every second turn', () => {
  const crowd = Array.from({ length: 4 }, (_, at): [Lane, string] => [of('crowd'), `crowd ${at}`]);
  const turns = waiting(...crowd, [of('one'), 'one 0'], [of('one'), 'one 1']);
  expect(goneIn(turns)).toEqual(['crowd 0', 'one 0', 'crowd 1', 'one 1', 'crowd 2', 'crowd 3']);
});

it('a client with many sessions gets no more turns than one with a single one', () => {
  const turns = waiting(
    [of('a', 'ann'), 'ann a'],
    [of('b', 'ann'), 'ann b'],
    [of('c', 'ann'), 'ann c'],
    [of('z', 'zoe'), 'zoe 0'],
    [of('z', 'zoe'), 'zoe 1'],
  );
  expect(goneIn(turns)).toEqual(['ann a', 'zoe 0', 'ann b', 'zoe 1', 'ann c']);
});

it('who comes again after its turn stands behind those that were there', () => {
  const turns = waiting([of('a'), 'a 0'], [of('b'), 'b 0'], [of('b'), 'b 1']);
  const [first] = turns.inOrder();
  turns.remove(first!, true);
  turns.add(of('a'), 'a 1');
  expect(goneIn(turns)).toEqual(['b 0', 'a 1', 'b 1']);
});

it('who leaves without a turn costs its session none', () => {
  const turns = waiting([of('a'), 'a 0'], [of('a'), 'a 1'], [of('b'), 'b 0']);
  const [first] = turns.inOrder();
  turns.remove(first!, false);
  turns.remove(first!, false);
  expect(turns.size).toBe(2);
  expect(goneIn(turns)).toEqual(['a 1', 'b 0']);
});

it('calls of no session are a lane of their client', () => {
  const turns = waiting([{ client: 'ann' }, 'one'], [{ client: 'ann' }, 'two'], [of('s', 'ann'), 'three']);
  expect(goneIn(turns)).toEqual(['one', 'three', 'two']);
});
