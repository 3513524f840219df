import { afterEach, describe, expect, test } from 'bun:test';
import { problemOf } from '../help/a-problem.ts';
import { Rooms } from '../help/a-proxy.ts';
import { userAgent } from '../../src/base/product.ts';
import { header } from '../../src/http/headers.ts';
import type { OAuthOptions } from '../../src/simulator/oauth-options.ts';
import { aSimulatedRoom, codeOf, failureOf } from './a-sign-in.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

/** A device grant at a gateway that speaks Claude Code's protocol: no client id, no scope. */
async function aDeviceFlow(oauth: OAuthOptions = {}, settings = '') {
  const room = await aSimulatedRoom(rooms, { oauth: { consent: 'ask', ...oauth }, settings });
  const flow = await room.begin('device');
  const { simulator } = room.provider;
  const { code } = codeOf(flow);
  const asked = (): number => simulator.calls.filter(({ path }) => path === '/oauth/token').length;
  /** Turns the clock, and waits for the question that falls due. */
  const turn = async (seconds: number, questions = asked() + 1): Promise<void> => {
    await room.clock.turn(seconds * 1000);
    await simulator.until(
      ({ calls }) =>
        calls.filter(({ path, ended }) => path === '/oauth/token' && ended !== 'open').length >= questions,
    );
    await room.clock.turn(0);
  };
  const decide = (decision: 'approve' | 'deny'): void => {
    const [person] = simulator.signIns.people;
    if (person === undefined) throw new Error('nobody');
    simulator.signIns.decide(code, decision === 'deny' ? 'denied' : { by: person }, room.clock.now());
  };
  const ended = () => room.oauth.ended(flow.id);
  return { ...room, flow, simulator, turn, asked, decide, ended };
}

test('a person is told where to enter what', async () => {
  const { flow, provider, clock } = await aDeviceFlow({ loginNotice: 'Only\x1b[31m for staff' });
  expect(flow.expiresAt).toBe(clock.now() + 600_000);
  expect(flow.state).toEqual({
    is: 'needs-user',
    do: 'enter-code',
    code: codeOf(flow).code,
    url: `${provider.url}/oauth/device`,
    completeUrl: `${provider.url}/oauth/device?user_code=${codeOf(flow).code}`,
    notice: 'Only [31m for staff',
  });
});

test('a gateway is signed in to without a client id, as ourselves', async () => {
  const { turn, decide, ended, kept, simulator } = await aDeviceFlow();
  decide('approve');
  await turn(5);
  expect((await ended()).state).toEqual({ is: 'done', label: 'person-1@simulated.example' });
  expect(kept[0]?.access.reveal()).toStartWith('sim-access-');
  expect(simulator.signIns.book.families[0]?.client).toBeUndefined();
  for (const { headers } of simulator.calls) expect(header(headers, 'user-agent')).toBe(userAgent);
});

test('what is asked for is in the form, and nothing of another program', async () => {
  const room = await aSimulatedRoom(rooms, { oauth: { consent: 'ask' } });
  room.settings(
    `[providers.p]\nissuer = "${room.provider.url}"\nclient_id = "me"\nscopes = ["a"]\nextra_params = { tenant = "t" }`,
  );
  await room.begin('device');
  expect(room.provider.simulator.signIns.waiting(0)).toMatchObject([{ client: 'me', scope: 'a' }]);
});

describe('the provider is asked', () => {
  test('in its rhythm, and no more once somebody has decided', async () => {
    const { turn, asked, decide, ended, clock } = await aDeviceFlow({ intervalSeconds: 7 });
    await clock.turn(6_999);
    expect(asked()).toBe(0);
    await turn(0.001);
    await turn(7);
    expect(asked()).toBe(2);
    decide('approve');
    await turn(7);
    await ended();
    await clock.turn(60_000);
    expect(asked()).toBe(3);
  });

  test('five seconds later each time it says that this is too often', async () => {
    const { turn, asked, decide, ended, simulator, clock } = await aDeviceFlow();
    simulator.fault({ path: '/oauth/token', scenario: 'oauth-error-slow_down', times: 2 });
    await turn(5);
    await turn(10);
    await clock.turn(14_999);
    expect(asked()).toBe(2);
    decide('approve');
    await turn(0.001);
    expect((await ended()).state.is).toBe('done');
  });

  test('less often while it does not answer, and the person is told', async () => {
    const { turn, asked, decide, ended, simulator, oauth, flow, clock } = await aDeviceFlow();
    simulator.fault({ path: '/oauth/token', scenario: ['error-503', 'html'] });
    await turn(5);
    expect(oauth.flow(flow.id)?.warning).toBe('The provider answered with status 503; asking again.');
    await clock.turn(9_999);
    expect(asked()).toBe(1);
    await turn(0.001);
    decide('approve');
    await turn(20);
    expect((await ended()).state.is).toBe('done');
  });

  test('not before it wants to be', async () => {
    const { turn, asked, simulator, clock } = await aDeviceFlow();
    simulator.fault({ path: '/oauth/token', scenario: ['error-429;retry-after=60'] });
    await turn(5);
    await clock.turn(59_000);
    expect(asked()).toBe(1);
    await turn(1);
  });
});

describe('it ends', () => {
  test('when the person says no', async () => {
    const { turn, decide, ended } = await aDeviceFlow();
    decide('deny');
    await turn(5);
    expect(failureOf(await ended())).toBe('denied: The provider says no: access_denied: The person said no.');
  });

  test('when the code has expired, by our clock or by theirs', async () => {
    const ours = await aDeviceFlow({ deviceSeconds: 3 });
    await ours.clock.turn(3_000);
    expect(failureOf(await ours.ended())).toBe('expired: Nobody finished it in time.');
    const theirs = await aDeviceFlow();
    theirs.simulator.fault({ path: '/oauth/token', scenario: 'oauth-error-expired_token' });
    await theirs.turn(5);
    expect(failureOf(await theirs.ended())).toBe('expired: Nobody finished it in time.');
  });

  test('when it is cancelled, and nobody is asked any more', async () => {
    const { oauth, flow, clock, asked } = await aDeviceFlow();
    expect(failureOf(oauth.cancel(flow.id))).toBe('cancelled: It was cancelled.');
    await clock.turn(60_000);
    expect(asked()).toBe(0);
  });

  test('with what the provider says, where that is final', async () => {
    const { turn, ended, simulator } = await aDeviceFlow();
    simulator.fault({ path: '/oauth/token', scenario: 'oauth-error-invalid_grant;message=gone' });
    await turn(5);
    expect(failureOf(await ended())).toBe('refused: The provider refused: invalid_grant: gone.');
  });

  test('and takes no pasted code', async () => {
    const { oauth, flow } = await aDeviceFlow();
    expect((await problemOf(oauth.paste(flow.id, 'x'))).code).toBe('pasted-code-unclear');
  });
});

describe('it does not begin', () => {
  const problemFor = async (scenario: string, settings = '', oauth: OAuthOptions = {}) => {
    const room = await aSimulatedRoom(rooms, { oauth, settings });
    if (scenario !== '') room.provider.simulator.fault({ path: '/oauth/device_authorization', scenario });
    const { code, message } = await problemOf(room.begin('device'));
    return `${code}: ${message}`;
  };

  test('where the provider wants to know who asks', async () => {
    expect(await problemFor('', '', { clients: { known: null } })).toBe(
      'provider-incomplete: Provider "p" has no client_id.',
    );
    expect(await problemFor('', 'client_id = "x"', { clients: { known: null } })).toStartWith(
      'provider-refused: Provider "p" refused: invalid_client: There is no such client',
    );
  });

  test('where it fails, or what it says makes no sense', async () => {
    expect(await problemFor('error-503')).toBe(
      'provider-unreachable: Provider "p" answered with status 503.',
    );
    expect(await problemFor('html')).toStartWith('provider-unsound: Provider "p" gave no usable code');
    expect(await problemFor('redirect')).toStartWith('provider-refused: Provider "p" refused: answered with');
  });

  test('with an address that runs something', async () => {
    expect(await problemFor('lie-endpoint')).toBe(
      'provider-unsound: Provider "p" sends people to an address that is not https.',
    );
  });
});
