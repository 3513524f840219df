import { describe, expect, it } from 'bun:test';
import {
  callsOfWeeks,
  fillAccounts,
  followAccounts,
  followRequests,
  followUsage,
  isReady,
  lookThroughRanges,
  manyAccounts,
  usedCalls,
} from '../help/a-full-page.ts';
import { chromiumPath, stages, type Stage } from '../help/a-page.ts';

// How fast these pages are, npm run bench -- --only page measures.

const keys = [{ name: 'work', key: 'sk-ant-api03-work' }];

const callOf = (stage: Stage) => async (): Promise<void> => {
  expect(await stage.call('hello', { 'x-account-name': 'work' })).toBe(200);
};

describe.skipIf(chromiumPath === undefined)('the page with very much on it', () => {
  const aStage = stages();

  it('shows 200 accounts, what is called among them, and takes the keyboard through them', async () => {
    const stage = await aStage({ keys });
    const page = await stage.open();
    await fillAccounts(page);
    expect(await page.getByRole('listitem', { name: /^account \d+$/ }).count()).toBe(manyAccounts);
    const work = page.getByRole('listitem', { name: 'work', exact: true });
    await work.getByText('not used yet').waitFor();
    await followAccounts(page, 'work', callOf(stage));
    expect(await page.evaluate<boolean>("document.activeElement.closest('li') !== null")).toBe(true);
    expect(await page.getByRole('listitem', { name: /^account \d+$/ }).count()).toBe(manyAccounts);
  });

  it('shows 10,000 requests page by page, and finds the oldest, while requests end and 50 streams run', async () => {
    const stage = await aStage({ keys, calls: callsOfWeeks });
    await stage.streams(50);
    const page = await stage.open({ path: '/requests' });
    const rows = page.locator('#calls .call');
    await rows.nth(99).waitFor();
    await followRequests(page, callOf(stage));
    const ids = (): Promise<string[]> =>
      page.evaluate<string[]>("[...document.querySelectorAll('#calls .call')].map((row) => row.id)");
    const pages = [await ids()];
    for (let back = 0; back < 5; back += 1) {
      const here = page.url();
      await page.keyboard.press('o');
      await page.waitForURL(({ href }) => href !== here);
      await isReady(page);
      await rows.nth(99).waitFor();
      pages.push(await ids());
    }
    expect(pages.map(({ length }) => length)).toEqual([100, 100, 100, 100, 100, 100]);
    expect(new Set(pages.flat()).size).toBe(600);
    await page.goBack();
    await isReady(page);
    await rows.nth(99).waitFor();
    expect(await ids()).toEqual(pages[4]!);
  });

  it('shows the usage of 10,000 requests over every range, and what a call adds to it', async () => {
    const stage = await aStage({ keys, calls: callsOfWeeks });
    const page = await stage.open({ path: '/usage?by=session' });
    await page.locator('.u-over').first().waitFor();
    await usedCalls(page).getByText('10,000', { exact: true }).waitFor();
    await followUsage(page, callOf(stage));
    await usedCalls(page).getByText('10,001', { exact: true }).waitFor();
    await lookThroughRanges(page);
    await usedCalls(page).getByText('10,001', { exact: true }).waitFor();
  });
});
