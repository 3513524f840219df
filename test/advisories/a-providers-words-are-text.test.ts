import { afterEach, expect, test } from 'bun:test';
import { Rooms } from '../help/a-proxy.ts';
import { addressOf, aSimulatedRoom, failureOf } from '../oauth/a-sign-in.ts';

// A provider, or whoever can make it repeat something (`error_description` often holds what was sent), writes
// into our page, our terminal and our log: markup and scripts, sequences that drive a terminal, lines that look
// like ours, text that reads the other way round, or simply far too much.

const rooms = new Rooms();
afterEach(() => rooms.close());

const attack =
  '<img src=x onerror=alert(1)>\x1b]0;owned\x07\n2026-11-25 INFO all is well \u202Egnorw' + 'A'.repeat(9_000);

/** A sign-in that the provider ends with the attack, and the page that the browser is shown. */
async function attacked() {
  const { begin, oauth, provider, log } = await aSimulatedRoom(rooms);
  const flow = await begin('loopback');
  const asked = new URL(addressOf(flow)).searchParams;
  const back = new URL(asked.get('redirect_uri') ?? '');
  const state = asked.get('state') ?? '';
  const answer = { error: 'server_error', error_description: attack, state, iss: provider.url };
  back.search = new URLSearchParams(answer).toString();
  const page = await fetch(back);
  return { page, html: await page.text(), flow: await oauth.ended(flow.id), log };
}

test('on the page that the browser is shown nothing is markup', async () => {
  const { page, html } = await attacked();
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(html).not.toContain('<img');
  expect(html.length).toBeLessThan(1_000);
  expect(page.headers.get('content-security-policy')).toStartWith("default-src 'none'");
});

test('in what is told elsewhere it is one short line without control characters', async () => {
  const { flow, log } = await attacked();
  const reason = failureOf(flow);
  expect(reason).toStartWith(
    'refused: The provider refused: server_error: <img src=x onerror=alert(1)> ]0;owned',
  );
  expect(reason).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(reason.length).toBeLessThan(300);
  expect(log.lines.find(({ event }) => event === 'sign-in failed')?.facts['reason']).toBe(
    reason.replace('refused: ', ''),
  );
});
