import { expect, test } from 'bun:test';
import { healthOf, withoutDetails, type Finding, type Probe } from '../../src/admin/health.ts';
import { HandClock } from '../help/a-clock.ts';

function probe(name: string, check: () => Promise<Finding>): Probe {
  return { name, componentType: 'component', check };
}

test('the worst check is the status of the whole', async () => {
  const well = probe('a:b', () => Promise.resolve({ status: 'pass' }));
  const worried = probe('c:d', () => Promise.resolve({ status: 'warn', output: 'Something.' }));
  const broken = probe('e:f', () => Promise.reject(new Error('the disk is gone')));
  const clock = new HandClock();
  expect((await healthOf([well], clock)).status).toBe('pass');
  expect(await healthOf([well, worried], clock)).toMatchObject({ status: 'warn', output: 'Something.' });
  const all = await healthOf([well, worried, broken], clock);
  expect(all.status).toBe('fail');
  expect(all.checks?.['e:f']?.[0]?.output).toBe('e:f: the disk is gone');
});

test('a part that does not answer in two seconds counts as failed', async () => {
  const clock = new HandClock();
  const asked = healthOf([probe('a:b', () => new Promise(() => {}))], clock);
  await clock.turn(2_000);
  expect((await asked).status).toBe('fail');
});

test('no timer is left behind by checks that answer', async () => {
  const clock = new HandClock();
  await healthOf([probe('a:b', () => Promise.resolve({ status: 'pass' }))], clock);
  expect(clock.waiting).toBe(0);
});

test('a stranger learns the status and nothing else', () => {
  expect(withoutDetails({ status: 'warn', version: '1', output: 'x', checks: {} })).toEqual({
    status: 'warn',
  });
});
