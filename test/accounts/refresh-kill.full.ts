import { expect, test } from 'bun:test';
import { Random } from '../help/a-random.ts';
import { killRefresh, refreshUndisturbed, type DeathPoint } from './killed-refresh.ts';

// A dozen of these stand in refresh-kill.test.ts.

const rounds = 5;

const atProvider = (['arrived', 'committed', 'answering'] as const).map((moment) => ({ atProvider: moment }));

async function everyPoint(): Promise<DeathPoint[]> {
  const { steps } = await refreshUndisturbed();
  expect(steps.length).toBeGreaterThan(30);
  return [...steps.map((before) => ({ before })), ...atProvider];
}

test('with a grace time, a refresh killed at any step recovers by itself', async () => {
  let kills = 0;
  for (const point of await everyPoint()) {
    for (let round = 0; round < rounds; round += 1) {
      const { over, done } = await killRefresh(point, 60);
      expect(over, `killed ${JSON.stringify(point)}, having done ${done.join(', ')}`).toBeUndefined();
      kills += 1;
    }
  }
  console.log(`${kills} kills with a grace time, none lost`);
});

test('without one, it is lost exactly when it is killed between the commit and our disk', async () => {
  const counts = { kills: 0, lost: 0 };
  for (const point of await everyPoint()) {
    for (let round = 0; round < rounds; round += 1) {
      const { over, isCommitted, isStored, done } = await killRefresh(point, 0);
      const where = `killed ${JSON.stringify(point)}, having done ${done.join(', ')}`;
      expect(over !== undefined, where).toBe(isCommitted && !isStored);
      if (over !== undefined) expect(over).toStartWith('refresh interrupted: ');
      counts.kills += 1;
      if (over !== undefined) counts.lost += 1;
    }
  }
  console.log(`${counts.kills} kills without a grace time, ${counts.lost} of them in the window`);
});

test('at any moment at all, within a step too', async () => {
  const random = new Random(20_261_125);
  let kills = 0;
  for (let round = 0; round < 150; round += 1) {
    const graceSeconds = round % 2 === 0 ? 60 : 0;
    const { over, isCommitted, done } = await killRefresh({ after: 40 + random.next() * 100 }, graceSeconds);
    const where = `having done ${done.join(', ')}`;
    if (graceSeconds > 0 || !isCommitted) expect(over, where).toBeUndefined();
    // It announces a rename before it is done, so here nobody knows better than that.
    const isStoring = done.at(-1)?.startsWith('rename credentials.json#') === true;
    const isStored = done.filter((step) => step.startsWith('rename credentials.json#')).length > 1;
    if (isStored && !isStoring) expect(over, where).toBeUndefined();
    if (over !== undefined) expect(over).toStartWith('refresh interrupted: ');
    if (done.length > 0 && !done.includes('write refresh-acc_ann#2')) kills += 1;
  }
  console.log(`${kills} of 150 kills at random moments met a refresh underway`);
});

test('between the answer of the provider and our disk stands nothing but one file that is written', async () => {
  const kill: number[] = [];
  const powerCut: number[] = [];
  for (let round = 0; round < 60; round += 1) {
    const { steps, windowMs } = await refreshUndisturbed();
    const between = steps.slice(steps.indexOf('answer#1') + 1, steps.indexOf('rename credentials.json#2'));
    // How often the lock of the vault is renewed meanwhile is a matter of how long it takes.
    const work = between.map((step) => step.replace(/#\d+$/, '')).filter((step) => !step.includes('.lock'));
    expect(work).toEqual(['open temporary', 'writeFile temporary', 'chmod temporary', 'sync temporary']);
    kill.push(windowMs.kill);
    powerCut.push(windowMs.powerCut);
  }
  for (const [name, all] of Object.entries({ kill, powerCut })) {
    const [half = 0, nearlyAll = 0] = [0.5, 0.95].map(
      (part) => all.toSorted((a, b) => a - b)[Math.floor(all.length * part)],
    );
    console.log(`window for a ${name}: median ${half.toFixed(1)} ms, 95 % ${nearlyAll.toFixed(1)} ms`);
  }
});
