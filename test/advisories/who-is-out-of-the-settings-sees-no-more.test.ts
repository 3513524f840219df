// The attack: somebody who came in by a provider is taken out of the settings, and keeps the page open that they have.
// Their requests were refused at once, but the stream of events that they followed went on until their session ended.
import { afterEach, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { Browser } from '../help/a-browser.ts';
import { HandClock } from '../help/a-clock.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { Visitor } from '../help/a-visitor.ts';
import { anOidcProvider } from '../help/an-oidc-provider.ts';
import { control } from '../help/some-people.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

test('the stream of who is taken out of the settings ends at the next beat', async () => {
  const idp = await rooms.add(anOidcProvider());
  const rules = (viewers: string): string =>
    `[admin]\nsign_in = "always"\nproviders = ["company"]\nviewers = [${viewers}]\n[providers.company]\nissuer = "${idp.issuer}"\nclient_id = "page"\n`;
  const clock = new HandClock();
  const proxy = await rooms.add(aProxy({ config: rules('"ann"'), clock }));
  const ann = new Visitor(proxy.url);
  const sent = await ann.send('/sign-in', '/sign-in/provider', { provider: 'company' });
  const back = await new Browser().until(sent.headers.get('hx-redirect') ?? '', idp.issuer);
  await ann.send('/sign-in', '/sign-in/finish', { answer: new URL(back).search.slice(1) });
  const stream = await ann.get('/api/events');
  const reader = stream.body!.getReader();
  const read = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value);
  expect(await read()).toStartWith('event: hello');
  writeFileSync(proxy.places.config, rules(''));
  expect((await control(proxy, 'POST', '/control/reload')).status).toBe(200);
  await clock.turn(10_000);
  let last = '';
  for (let event = await read(); event !== ''; event = await read()) last = event;
  expect(last).toContain('event: signed-out');
});
