import { afterEach, describe, expect, test } from 'bun:test';
import { problemOf } from '../help/a-problem.ts';
import { Rooms } from '../help/a-proxy.ts';
import { addressOf, aSimulatedRoom, failureOf } from './a-sign-in.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const minute = 60_000;

describe('a flow', () => {
  test('is found by its id as often as somebody looks', async () => {
    const { oauth, begin, clock } = await aSimulatedRoom(rooms);
    const flow = await begin('loopback');
    expect(flow).toMatchObject({
      provider: 'p',
      way: 'loopback',
      purpose: 'work',
      startedAt: clock.now(),
      expiresAt: clock.now() + 10 * minute,
      warning: undefined,
    });
    expect(flow.id).toMatch(/^[\w-]{22}$/);
    expect(oauth.flow(flow.id)).toEqual(flow);
    expect(oauth.flow(flow.id)).toEqual(flow);
    expect(oauth.flows()).toEqual([flow]);
  });

  test('shows no secret of its own', async () => {
    const { begin } = await aSimulatedRoom(rooms);
    const flow = await begin('paste');
    const asked = new URL(addressOf(flow)).searchParams;
    const shown = JSON.stringify({ ...flow, state: flow.state.is });
    expect(shown).not.toContain(asked.get('state') ?? '?');
    expect(shown).not.toContain(asked.get('code_challenge') ?? '?');
  });

  test('that nobody finishes expires, can be looked at for a while, and is then forgotten', async () => {
    const { oauth, begin, clock } = await aSimulatedRoom(rooms);
    const { id } = await begin('loopback');
    await clock.turn(10 * minute - 1);
    expect(oauth.flow(id)?.state.is).toBe('needs-user');
    await clock.turn(1);
    expect(failureOf(await oauth.ended(id))).toBe('expired: Nobody finished it in time.');
    await clock.turn(5 * minute - 1);
    expect(oauth.flow(id)).toBeDefined();
    await clock.turn(1);
    expect(oauth.flow(id)).toBeUndefined();
    expect(oauth.flows()).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  test('that is done can still be looked at: a page that is loaded again tells it', async () => {
    const { oauth, begin, clock } = await aSimulatedRoom(rooms);
    const flow = await begin('loopback');
    await fetch(addressOf(flow));
    const done = { is: 'done', label: 'person-1@simulated.example' } as const;
    expect(oauth.flow(flow.id)?.state).toEqual(done);
    expect((await oauth.ended(flow.id)).state).toEqual(done);
    expect(oauth.cancel(flow.id).state).toEqual(done);
    await clock.turn(5 * minute);
    expect(oauth.flow(flow.id)).toBeUndefined();
  });

  test('that is not there is told as what it is', async () => {
    const { oauth } = await aSimulatedRoom(rooms);
    expect(oauth.flow('x')).toBeUndefined();
    expect((await problemOf(oauth.ended('x'))).code).toBe('sign-in-unknown');
    expect((await problemOf(oauth.paste('x', 'y'))).code).toBe('sign-in-unknown');
    expect(() => oauth.cancel('x')).toThrow('There is no such sign-in.');
  });

  test('is written down as it begins and ends, without what is secret', async () => {
    const { begin, log, oauth } = await aSimulatedRoom(rooms);
    const flow = await begin('loopback');
    const end = (await fetch(addressOf(flow), { redirect: 'manual' })).headers.get('location') ?? '';
    await fetch(end);
    await begin('paste').then(({ id }) => oauth.cancel(id));
    expect(log.events('info')).toEqual(['sign-in began', 'sign-in done', 'sign-in began']);
    expect(log.events('warn')).toEqual(['sign-in failed']);
    const code = new URL(end).searchParams.get('code') ?? '?';
    expect(JSON.stringify(log.lines)).not.toContain(code);
  });
});

describe('of flows there are', () => {
  test('at most thirty-two open at once', async () => {
    const { oauth, begin } = await aSimulatedRoom(rooms);
    const open = await Promise.all(Array.from({ length: 32 }, () => begin('paste')));
    const problem = await problemOf(begin('paste'));
    expect([problem.code, problem.message]).toEqual(['sign-ins-full', '32 sign-ins are open already.']);
    oauth.cancel(open[0]?.id ?? '');
    await begin('paste');
    expect(oauth.flows()).toHaveLength(33);
  });

  test('not more when several begin at the same moment', async () => {
    const { oauth, begin } = await aSimulatedRoom(rooms);
    const begun = await Promise.allSettled(Array.from({ length: 50 }, () => begin('paste')));
    expect(begun.filter(({ status }) => status === 'fulfilled')).toHaveLength(32);
    expect(oauth.flows()).toHaveLength(32);
  });

  test('at most so many remembered, and the oldest are forgotten first', async () => {
    const { oauth, begin } = await aSimulatedRoom(rooms);
    const waiting = await begin('paste');
    for (let count = 0; count < 140; count += 1) oauth.cancel((await begin('paste')).id);
    expect(oauth.flows()).toHaveLength(128);
    expect(oauth.flows()[0]?.id).toBe(waiting.id);
  });

  test('places given back when one cannot begin', async () => {
    const { begin, provider } = await aSimulatedRoom(rooms);
    provider.simulator.fault({ path: '/oauth/device_authorization', scenario: 'error-503' });
    for (let count = 0; count < 40; count += 1) await problemOf(begin('device'));
    expect((await begin('paste')).state.is).toBe('needs-user');
  });
});

describe('when the proxy stops', () => {
  test('what waits for a person ends, nobody listens any more, and nobody is asked', async () => {
    const { oauth, begin, clock, provider } = await aSimulatedRoom(rooms);
    const flow = await begin('loopback');
    const redirect = new URL(addressOf(flow)).searchParams.get('redirect_uri') ?? '';
    const device = await begin('device');
    const ends = [oauth.ended(flow.id), oauth.ended(device.id)];
    await oauth.close();
    expect((await Promise.all(ends)).map(failureOf)).toEqual([
      'cancelled: The proxy stops.',
      'cancelled: The proxy stops.',
    ]);
    await expect(fetch(redirect)).rejects.toThrow();
    const asked = provider.simulator.calls.length;
    await clock.turn(60 * minute);
    expect(provider.simulator.calls).toHaveLength(asked);
    expect(oauth.flows()).toEqual([]);
    expect((await problemOf(begin('paste'))).message).toBe('The proxy stops.');
  });

  test('a code that is being redeemed still becomes tokens', async () => {
    const { oauth, begin, provider, kept, clock } = await aSimulatedRoom(rooms);
    const flow = await begin('paste');
    const end = (await fetch(addressOf(flow), { redirect: 'manual' })).headers.get('location') ?? '';
    provider.simulator.fault({ path: '/oauth/token', scenario: 'slow-head-5000' });
    const called = provider.simulator.until(({ calls }) => calls.at(-1)?.path === '/oauth/token');
    const pasted = oauth.paste(flow.id, end);
    await called;
    const closed = oauth.close();
    await clock.turn(5_000);
    await closed;
    expect((await pasted).state.is).toBe('done');
    expect(kept).toHaveLength(1);
  });
});
