/**
 * Pages with very much on them, and what somebody does there while it changes: journeys look at what is shown then
 * (`many.browser.ts`), and the benchmark at how long it takes (`bench/workloads/page.ts`).
 */
import type { Page } from 'playwright-core';
import type { CallRecord } from '../../src/usage/call-record.ts';
import { aCallRecord } from './a-call-record.ts';

/** Accounts beside the one that is called. */
export const manyAccounts = 199;
export const manyCalls = 10_000;

/** Calls of the four weeks before `now`, of nine hundred sessions; `req_0` is the newest of them. */
export function callsOfWeeks(now: number): CallRecord[] {
  return Array.from({ length: manyCalls }, (_, at) =>
    aCallRecord({
      requestId: `req_${at}`,
      session: `s${at % 900}`,
      startedAt: now - 60_000 - at * 250_000,
      ms: 4_000,
    }),
  );
}

/** Adds pass-through accounts as the page does. */
const addAccounts = `(async () => {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-ccproxy-change': document.querySelector('meta[name="proxy"]').dataset.change,
  };
  for (let at = 0; at < ${manyAccounts}; at += 1) {
    const body = new URLSearchParams({ name: 'account ' + at, kind: 'passthrough' });
    await fetch('/accounts', { method: 'POST', headers, body });
  }
})()`;

/** Resolves when the page has loaded and its scripts are at work. */
export const isReady = (page: Page): Promise<void> => page.locator('html[data-ready]').waitFor();

/** Fills the page of the accounts, which is open. */
export async function fillAccounts(page: Page): Promise<void> {
  await page.evaluate(addAccounts);
  await page.reload();
  await isReady(page);
  await page.getByRole('listitem', { name: `account ${manyAccounts - 1}` }).waitFor();
}

/** Makes a call through the proxy; fails where that is not answered well. */
export type MakeCall = () => Promise<void>;

/** On the page of the accounts: calls go through the one of that name, and somebody walks down the list. */
export async function followAccounts(page: Page, name: string, makeCall: MakeCall): Promise<void> {
  const account = page.getByRole('listitem', { name, exact: true });
  let before = '';
  for (let round = 0; round < 5; round += 1) {
    await makeCall();
    const lastUsed = account.locator(`.account-activity time:not([datetime="${before}"])`);
    before = (await lastUsed.getAttribute('datetime')) ?? '';
    await page.keyboard.press('j');
    await page.mouse.wheel(0, 400);
  }
}

/** On the page of the requests, with nothing asked for: calls come in, and somebody looks for the oldest one. */
export async function followRequests(page: Page, makeCall: MakeCall): Promise<void> {
  const rows = page.locator('#calls .call');
  for (let round = 0; round < 5; round += 1) {
    const newest = await rows.first().getAttribute('id');
    await makeCall();
    await page.locator(`#calls .call:first-child:not(#${newest})`).waitFor();
    await page.keyboard.press('j');
    await page.mouse.wheel(0, 600);
  }
  const words = page.getByLabel('Words in it');
  await words.fill(`req_${manyCalls - 1}`);
  await page.locator('#calls .call:only-child').waitFor();
  await words.fill('');
  await rows.nth(99).waitFor();
  await page.getByRole('heading', { name: 'Requests' }).click();
}

/** How many calls the page of the usage tells of. */
export const usedCalls = (page: Page) => page.locator('.tile', { hasText: 'Calls' });

/** On the page of the usage: resolves when what a call adds is shown. */
export async function followUsage(page: Page, makeCall: MakeCall): Promise<void> {
  const [, before = ''] = (await usedCalls(page).innerText()).split('\n');
  await makeCall();
  await usedCalls(page).filter({ hasNotText: before }).waitFor();
}

/** On the page of the usage: one range after the other is looked at. */
export async function lookThroughRanges(page: Page): Promise<void> {
  for (const range of ['7 days', '90 days', '24 hours', '30 days']) {
    await page.getByRole('link', { name: range }).click();
    await page.locator('.segments a[aria-current]', { hasText: range }).waitFor();
  }
}
