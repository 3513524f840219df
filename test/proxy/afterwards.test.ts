import { describe, expect, it } from 'bun:test';
import { Afterwards } from '../../src/proxy/afterwards.ts';
import { MemoryLog } from '../help/a-log.ts';

/** Work that is planned, done by hand. */
class Turn {
  readonly planned: (() => void)[] = [];
  readonly log = new MemoryLog();
  readonly afterwards = new Afterwards((work) => {
    this.planned.push(work);
  }, this.log);

  end(): void {
    for (const work of this.planned.splice(0)) work();
  }
}

describe('what is left to do for calls that are over', () => {
  it('waits for the end of the turn, and is planned once for all of them', () => {
    const turn = new Turn();
    const done: number[] = [];
    for (const call of [1, 2, 3]) turn.afterwards.add(() => done.push(call));
    expect([turn.planned.length, done]).toEqual([1, []]);
    turn.end();
    expect(done).toEqual([1, 2, 3]);
  });

  it('is planned again for the calls of the next turn', () => {
    const turn = new Turn();
    const done: number[] = [];
    turn.afterwards.add(() => done.push(1));
    turn.end();
    turn.afterwards.add(() => done.push(2));
    turn.end();
    expect(done).toEqual([1, 2]);
  });

  it('is done of the others where it fails for one, and that is told', () => {
    const turn = new Turn();
    const done: number[] = [];
    turn.afterwards.add(() => {
      throw new Error('no such column');
    });
    turn.afterwards.add(() => done.push(2));
    turn.end();
    expect(done).toEqual([2]);
    expect(turn.log.lines[0]).toMatchObject({ level: 'error', facts: { reason: 'no such column' } });
  });

  it('is done at once when the process ends, and not again behind the turn', () => {
    const turn = new Turn();
    const done: number[] = [];
    turn.afterwards.add(() => done.push(1));
    turn.afterwards.finish();
    turn.end();
    expect(done).toEqual([1]);
  });
});
