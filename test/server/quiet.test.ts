import { describe, expect, it } from 'bun:test';
import { tidiedWhenQuiet } from '../../src/server/quiet.ts';
import { HandClock } from '../help/a-clock.ts';

function aCrowd(): { clock: HandClock; call: () => void; enter: () => () => void; tidied: () => number } {
  const clock = new HandClock();
  let tidied = 0;
  const crowd = tidiedWhenQuiet(clock, () => {
    tidied += 1;
  });
  return { clock, call: () => crowd.enter(0)(), enter: () => crowd.enter(0), tidied: () => tidied };
}

describe('a crowd that is tidied after', () => {
  it('is tidied once, when it has been quiet for a moment', async () => {
    const { clock, call, tidied } = aCrowd();
    for (let calls = 0; calls < 150; calls += 1) call();
    await clock.turn(1_999);
    expect(tidied()).toBe(0);
    await clock.turn(60_000);
    expect(tidied()).toBe(1);
  });

  it('is left alone while somebody waits for an answer', async () => {
    const { clock, call, enter, tidied } = aCrowd();
    for (let calls = 0; calls < 150; calls += 1) call();
    const leave = enter();
    await clock.turn(60_000);
    expect(tidied()).toBe(0);
    leave();
    await clock.turn(2_000);
    expect(tidied()).toBe(1);
  });

  it('waits anew when somebody has called meanwhile', async () => {
    const { clock, call, tidied } = aCrowd();
    for (let calls = 0; calls < 150; calls += 1) call();
    await clock.turn(1_500);
    call();
    await clock.turn(1_500);
    expect(tidied()).toBe(0);
    await clock.turn(2_000);
    expect(tidied()).toBe(1);
  });

  it('is not tidied after a few calls', async () => {
    const { clock, call, tidied } = aCrowd();
    for (let calls = 0; calls < 20; calls += 1) call();
    await clock.turn(60_000);
    expect(tidied()).toBe(0);
  });
});
