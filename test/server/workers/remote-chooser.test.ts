import { expect, it } from 'bun:test';
import type { Work } from '../../../src/proxy/work.ts';
import { Grants } from '../../../src/server/workers/grants.ts';
import { Pictured } from '../../../src/server/workers/pictured.ts';
import { RemoteChooser, type Choosers } from '../../../src/server/workers/remote-chooser.ts';
import { aCall } from '../../help/a-call.ts';
import { HandClock } from '../../help/a-clock.ts';
import { gatewayErrorOf } from '../../help/a-failure.ts';

it('a call whose client left while something else was asked asks for no account', async () => {
  const clock = new HandClock();
  const asked: string[] = [];
  const channel = {
    tell() {},
    tellLater() {},
    ask: (name: string) => {
      asked.push(name);
      return new Promise(() => {});
    },
  } as unknown as Choosers['channel'];
  const around = { channel, pictured: new Pictured(clock), grants: new Grants(clock) };
  const call = aCall({ signal: AbortSignal.abort(new Error('the client left')) });
  const work = { call, ask: { purpose: 'messages', own: false } } as unknown as Work;
  const next = Promise.resolve(new RemoteChooser(work, around).next());
  expect((await gatewayErrorOf(next)).code).toBe('client_left');
  expect(asked).toEqual([]);
});
