import { expect, it } from 'bun:test';
import { defaultSettings } from '../../../src/config/settings.ts';
import { RemoteGateway, type RemoteOptions } from '../../../src/server/workers/remote-gateway.ts';
import { HandClock } from '../../help/a-clock.ts';

it('a worker that could not say everything is told so, since what is counted for it is wrong from then on', async () => {
  const clock = new HandClock();
  const channel = { dropped: 0, tell() {}, tellLater() {} };
  let times = 0;
  const options = {
    channel,
    beginning: {
      settings: defaultSettings,
      picture: { accounts: [], lacks: new Map(), open: [], number: 0 },
      keys: [],
    },
    sender: {},
    clock,
    log: { error() {} },
    onDropped: () => {
      times += 1;
    },
  } as unknown as RemoteOptions;
  const { gateway } = new RemoteGateway(options);
  const leave = await gateway.crowd.enter(0);
  await clock.turn(1_000);
  expect(times).toBe(0);
  channel.dropped = 1;
  await clock.turn(1_000);
  expect(times).toBe(1);
  leave();
});
