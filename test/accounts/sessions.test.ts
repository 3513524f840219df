import { describe, expect, it } from 'bun:test';
import { Sessions } from '../../src/accounts/sessions.ts';
import { HandClock } from '../help/a-clock.ts';

describe('sessions', () => {
  it('stay on the account they were bound to', () => {
    const sessions = new Sessions(new HandClock(), 1_000, 10);
    expect(sessions.accountOf('s')).toBeUndefined();
    sessions.bind('s', 'acc_a');
    expect(sessions.accountOf('s')).toBe('acc_a');
    sessions.bind('s', 'acc_b');
    expect(sessions.accountOf('s')).toBe('acc_b');
    expect(sessions.size).toBe(1);
  });

  it('are forgotten when unused for longer than their time, and binding is use', async () => {
    const clock = new HandClock();
    const sessions = new Sessions(clock, 1_000, 10);
    sessions.bind('s', 'acc_a');
    await clock.turn(900);
    sessions.bind('s', 'acc_a');
    await clock.turn(1_000);
    expect(sessions.accountOf('s')).toBe('acc_a');
    await clock.turn(1);
    expect(sessions.accountOf('s')).toBeUndefined();
    expect(sessions.size).toBe(0);
  });

  it('are not prolonged by being asked for', async () => {
    const clock = new HandClock();
    const sessions = new Sessions(clock, 1_000, 10);
    sessions.bind('s', 'acc_a');
    await clock.turn(800);
    sessions.accountOf('s');
    await clock.turn(800);
    expect(sessions.accountOf('s')).toBeUndefined();
  });

  it('never grow beyond their number: the one unused longest goes first', () => {
    const sessions = new Sessions(new HandClock(), 1_000, 3);
    for (const name of ['a', 'b', 'c']) sessions.bind(name, 'acc');
    sessions.bind('a', 'acc');
    sessions.bind('d', 'acc');
    expect(sessions.size).toBe(3);
    expect(sessions.accountOf('b')).toBeUndefined();
    for (const name of ['a', 'c', 'd']) expect(sessions.accountOf(name)).toBe('acc');
  });

  it('survive a stranger who makes up a million of them, within their number', () => {
    const sessions = new Sessions(new HandClock(), 1_000, 100);
    for (let at = 0; at < 1_000_000; at += 1) sessions.bind(`made-up-${at}`, 'acc');
    expect(sessions.size).toBe(100);
  });

  it('go with their account', () => {
    const sessions = new Sessions(new HandClock(), 1_000, 10);
    sessions.bind('a', 'acc_1');
    sessions.bind('b', 'acc_2');
    sessions.forget('acc_1');
    expect(sessions.accountOf('a')).toBeUndefined();
    expect(sessions.accountOf('b')).toBe('acc_2');
  });

  it('take changed settings from then on', async () => {
    const clock = new HandClock();
    const sessions = new Sessions(clock, 1_000, 10);
    for (const name of ['a', 'b', 'c']) sessions.bind(name, 'acc');
    sessions.limit(5_000, 2);
    await clock.turn(3_000);
    expect(sessions.accountOf('c')).toBe('acc');
    sessions.bind('d', 'acc');
    expect(sessions.size).toBe(2);
  });
});
