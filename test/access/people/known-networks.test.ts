import { expect, it } from 'bun:test';
import { KnownNetworks } from '../../../src/access/people/known-networks.ts';
import { HandClock } from '../../help/a-clock.ts';

const day = 86_400_000;

it('a network is that of who signed in from there, for thirty days after the last time', async () => {
  const clock = new HandClock();
  const networks = new KnownNetworks(clock);
  networks.add('ann', '203.0.113.9');
  expect(networks.has('ann', '203.0.113.9')).toBe(true);
  expect(networks.has('bob', '203.0.113.9')).toBe(false);
  await clock.turn(29 * day);
  networks.add('ann', '203.0.113.9');
  await clock.turn(29 * day);
  expect(networks.has('ann', '203.0.113.9')).toBe(true);
  await clock.turn(day);
  expect(networks.has('ann', '203.0.113.9')).toBe(false);
});

it('whoever signs in from everywhere keeps the last thirty-two, and pushes nobody else out', () => {
  const networks = new KnownNetworks(new HandClock());
  networks.add('ann', 'home');
  for (let at = 0; at < 40; at += 1) networks.add('bob', `network ${at}`);
  expect(networks.has('bob', 'network 7')).toBe(false);
  expect(networks.has('bob', 'network 8')).toBe(true);
  expect(networks.has('ann', 'home')).toBe(true);
});
