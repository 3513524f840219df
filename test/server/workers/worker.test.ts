import { expect, it } from 'bun:test';
import { runWorker } from '../../../src/server/workers/worker.ts';
import { HandClock } from '../../help/a-clock.ts';

/** The way to a first process of which one only knows when it is gone, and whether the worker gave up. */
function aLine() {
  const on = { hasGivenUp: false, gone: (): void => {} };
  const goings: (() => void)[] = [];
  on.gone = () => {
    for (const then of goings) then();
  };
  const line = {
    send() {},
    onParcel() {},
    onGone: (then: () => void) => void goings.push(then),
    onSignal() {},
    hasBegun() {},
    giveUp() {
      on.hasGivenUp = true;
    },
  };
  return { on, line };
}

it('a worker whose first process is gone ends, whatever keeps it from ending well', async () => {
  const clock = new HandClock();
  const { on, line } = aLine();
  const running = runWorker(line, clock);
  await clock.turn(60_000);
  expect(on.hasGivenUp).toBe(false);
  on.gone();
  await clock.turn(4_999);
  expect(on.hasGivenUp).toBe(false);
  await clock.turn(1);
  expect(on.hasGivenUp).toBe(true);
  await running;
});
