import { expect, test } from 'bun:test';
import { silentLog } from '../../src/base/log.ts';
import { Elsewhere } from '../../src/server/elsewhere.ts';
import { Leaving } from '../../src/server/leaving.ts';
import { HandClock } from '../help/a-clock.ts';
import { problemOf } from '../help/a-problem.ts';

const clock = new HandClock();
const stop = (): void => {};

/** What is left behind; nothing of it is needed where nobody comes. */
const left = {
  door: { descriptor: undefined, port: 8000, leave: stop },
  elsewhere: new Elsewhere(),
  remember: () => Promise.resolve(),
  since: undefined,
};

// What succeeds is held by test/path/succession.test.ts.
test('a proxy that is not started again leaves its place to nobody', async () => {
  const leaving = new Leaving({ clock, log: silentLog, stop });
  expect((await problemOf(leaving.toSuccessor(left))).code).toBe('succession-unsupported');
});
