import { afterEach, describe, expect, test } from 'bun:test';
import { Browser } from '../help/a-browser.ts';
import { problemOf } from '../help/a-problem.ts';
import { Rooms } from '../help/a-proxy.ts';
import { addressOf, aSimulatedRoom, failureOf, turning } from './a-sign-in.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

/** A sign-in by browser whose answer has come back, but has not been handed in. */
async function anAnswer(way: 'loopback' | 'paste' = 'loopback', oauth = {}) {
  const room = await aSimulatedRoom(rooms, { oauth });
  const flow = await room.begin(way);
  const end = await new Browser().until(addressOf(flow), room.provider.url);
  const state = () => room.oauth.flow(flow.id)?.state;
  return { ...room, flow, end, state };
}

describe('a browser that comes back', () => {
  test('finds the page closed after its one use', async () => {
    const { end, state, kept } = await anAnswer();
    expect((await fetch(end)).status).toBe(200);
    expect(state()).toEqual({ is: 'done', label: 'person-1@simulated.example' });
    expect(kept).toHaveLength(1);
    await expect(fetch(end)).rejects.toThrow();
  });

  test('twice at once is believed once', async () => {
    const { end, kept, provider } = await anAnswer();
    const pages = await Promise.all([fetch(end), fetch(end)]);
    expect(pages.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(kept).toHaveLength(1);
    expect(provider.simulator.signIns.book.families[0]?.isRevoked).toBe(false);
  });

  test('with an answer to another sign-in changes nothing, and the right one still counts', async () => {
    const { end, state, oauth, flow } = await anAnswer();
    const forged = new URL(end);
    forged.searchParams.set('state', 'forged');
    const page = await fetch(forged);
    expect([page.status, await page.text()]).toEqual([400, expect.stringContaining('Not this sign-in')]);
    expect(state()?.is).toBe('needs-user');
    expect(oauth.flow(flow.id)?.warning).toContain('no sign-in that is open here');
    expect((await fetch(end)).status).toBe(200);
  });

  test('may be pasted instead, when it could not come', async () => {
    const { oauth, flow, end } = await anAnswer();
    expect((await oauth.paste(flow.id, end)).state.is).toBe('done');
    await expect(fetch(end)).rejects.toThrow();
  });

  test('too late is told so', async () => {
    const { oauth, flow, clock, provider } = await anAnswer('loopback', { codeSeconds: 600 });
    await clock.turn(10 * 60_000);
    expect(failureOf(await oauth.ended(flow.id))).toBe('expired: Nobody finished it in time.');
    expect(provider.simulator.signIns.book.families).toEqual([]);
  });
});

describe('what is pasted', () => {
  test('and is no code leaves the sign-in open', async () => {
    const { oauth, flow, state } = await anAnswer('paste');
    const problem = await problemOf(oauth.paste(flow.id, ' '));
    expect(problem.code).toBe('pasted-code-unclear');
    expect(state()?.is).toBe('needs-user');
  });

  test('and belongs to another sign-in leaves this one open', async () => {
    const { oauth, flow, state, end } = await anAnswer('paste');
    const problem = await problemOf(oauth.paste(flow.id, end.replace(/state=[^&]+/, 'state=another')));
    expect(problem.code).toBe('pasted-code-foreign');
    expect(state()?.is).toBe('needs-user');
    expect((await oauth.paste(flow.id, end)).state.is).toBe('done');
  });

  test('is taken once', async () => {
    const { oauth, flow, end, provider } = await anAnswer('paste');
    await oauth.paste(flow.id, end);
    expect((await problemOf(oauth.paste(flow.id, end))).code).toBe('sign-in-over');
    expect(provider.simulator.signIns.book.families[0]?.isRevoked).toBe(false);
  });

  test('after the code has expired is refused by the provider', async () => {
    const { oauth, flow, end, clock } = await anAnswer('paste', { codeSeconds: 60 });
    await clock.turn(60_000);
    expect(failureOf(await oauth.paste(flow.id, end))).toBe(
      'refused: The provider refused: invalid_grant: The code has expired.',
    );
  });
});

describe('a provider', () => {
  const withFault = async (scenario: string, path = '/oauth/token') => {
    const answer = await anAnswer('paste');
    answer.provider.simulator.fault({ path, scenario });
    return answer;
  };

  test.each([
    ['error-503', 'unsound: The provider answered with status 503.'],
    ['html', 'unsound: The provider answered with something else than tokens (text/html; charset=utf-8).'],
    ['redirect', 'unsound: The provider answered with status 307, a redirect, which is not followed.'],
    ['huge-2000000', 'unsound: The provider answered with far more than an answer.'],
    [
      'lie-type',
      'unsound: The provider answered with tokens that cannot be used ("response" body "token_type" property must be a string).',
    ],
    ['oauth-error-invalid_client', 'refused: The provider refused: invalid_client.'],
  ])('that answers a code with %s is not believed', async (scenario, failure) => {
    const { oauth, flow, end, kept } = await withFault(scenario);
    expect(failureOf(await oauth.paste(flow.id, end))).toBe(failure);
    expect(kept).toEqual([]);
  });

  test.each(['reset', 'cut-head'])('that breaks off (%s) is told as what it is', async (scenario) => {
    const { oauth, flow, end, clock } = await withFault(scenario);
    const ended = await turning(oauth.paste(flow.id, end), clock);
    expect(failureOf(ended)).toStartWith('unsound: The provider broke off: ');
  });

  test('that lets wait for itself is given up, and the clock is ours', async () => {
    const { oauth, flow, end, clock, provider } = await withFault('silent');
    const called = provider.simulator.until(({ calls }) => calls.at(-1)?.path === '/oauth/token');
    const pasted = oauth.paste(flow.id, end);
    await called;
    expect(oauth.flow(flow.id)?.state).toEqual({ is: 'pending' });
    await clock.turn(30_000);
    expect(failureOf(await pasted)).toBe('unsound: The provider gave no answer within 30 seconds.');
  });

  test('that is gone by then is told as what it is', async () => {
    const { oauth, flow, end, provider } = await anAnswer('paste');
    await provider.close();
    expect(failureOf(await oauth.paste(flow.id, end))).toStartWith(
      'unreachable: The provider cannot be reached: ',
    );
  });

  test('whose lifetimes make no sense is taken for its tokens', async () => {
    const { oauth, flow, end, kept } = await withFault('lie-lifetime-soon');
    expect((await oauth.paste(flow.id, end)).state.is).toBe('done');
    expect(kept[0]?.expiresAt).toBeUndefined();
  });
});
