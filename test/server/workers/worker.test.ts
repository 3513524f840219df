import { expect, it } from 'bun:test';
import type { Parcel } from '../../../src/server/workers/channel.ts';
import { runWorker } from '../../../src/server/workers/worker.ts';
import { HandClock, settled } from '../../help/a-clock.ts';

/** The way to a first process of which one only knows when it is gone, and whether the worker gave up. */
function aLine() {
  const on = {
    hasGivenUp: false,
    gone: (): void => {},
    hear: undefined as ((parcel: Parcel) => void) | undefined,
    said: [] as Parcel[],
  };
  const goings: (() => void)[] = [];
  on.gone = () => {
    for (const then of goings) then();
  };
  const line = {
    send: (parcel: Parcel) => void on.said.push(parcel),
    onParcel: (take: (parcel: Parcel) => void) => {
      on.hear = take;
    },
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

it('a worker does not begin for a first process of another build', async () => {
  const { on, line } = aLine();
  const running = runWorker(line, new HandClock());
  const beginning = { build: '0.0.1 unknown' };
  on.hear?.({ told: [], asked: [[1, 'begin', beginning]], answered: [], failed: [], taken: 0 });
  await settled();
  expect(on.said.flatMap(({ answered }) => answered)).toEqual([[1, { is: 'another-build' }]]);
  on.gone();
  await running;
});
