import { expect, it } from 'bun:test';
import { SealedFlows } from '../../../src/admin/doors/sealed-flow.ts';
import { Secret } from '../../../src/base/secret.ts';
import { HandClock } from '../../help/a-clock.ts';

const request = {
  url: 'https://idp.example/authorize?client_id=me',
  redirectUri: 'https://proxy.example.com/sign-in/callback',
  state: 'the-state',
  verifier: 'the-verifier',
  nonce: 'the-nonce',
};
const flow = { asked: { provider: 'company', request }, to: '/usage' };

it('what a browser keeps of a sign-in can be read here alone, and opens as it was', async () => {
  const flows = new SealedFlows(new HandClock());
  const sealed = await flows.seal(flow);
  for (const text of ['the-state', 'the-verifier', 'the-nonce'])
    expect(Buffer.from(sealed.reveal().split('.')[3] ?? '', 'base64url').toString('latin1')).not.toContain(
      text,
    );
  expect(await flows.open(sealed)).toEqual({
    ...flow,
    asked: { ...flow.asked, request: { ...request, url: '' } },
  });
});

it('what was sealed elsewhere, was changed or is too old opens as nothing', async () => {
  const clock = new HandClock();
  const flows = new SealedFlows(clock);
  const sealed = await flows.seal(flow);
  expect(await new SealedFlows(clock).open(sealed)).toBeUndefined();
  const text = sealed.reveal();
  const changed = `${text.slice(0, -4)}${text.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
  for (const other of ['', 'x', changed]) expect(await flows.open(new Secret(other))).toBeUndefined();
  await clock.turn(601_000);
  expect(await flows.open(sealed)).toBeUndefined();
});
