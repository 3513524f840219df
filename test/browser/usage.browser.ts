import { join } from 'node:path';
import { describe, expect, it } from 'bun:test';
import { aBusyMonth } from '../help/a-busy-month.ts';
import { chromiumPath, held, looks, picture, stages, violations } from '../help/a-page.ts';
import { aBusyMorning, busyKeys } from '../help/a-scene.ts';

const budgets = `
[budgets.house]
period = "monthly"
limit_usd = 120
hard = true
`;

describe.skipIf(chromiumPath === undefined)('the page of the usage', () => {
  const aStage = stages();

  for (const [name, look] of looks) {
    it(`shows a month, has nothing that axe finds wrong, and fits the window: ${name}`, async () => {
      const stage = await aStage({ keys: busyKeys, calls: aBusyMonth, config: budgets });
      await aBusyMorning(stage);
      const page = await stage.open({ path: '/usage', ...look });
      await page.locator('.u-over').first().waitFor();
      expect(await violations(page)).toEqual([]);
      expect(
        await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
      ).toBeLessThanOrEqual(0);
      await picture(page, `usage-${name}`, name !== 'phone');
    });
  }

  it('is fetched again once a minute, and not in a tab that nobody sees', async () => {
    const stage = await aStage({ keys: busyKeys });
    const page = await stage.open({ path: '/usage' });
    await page.clock.install();
    await page.reload();
    await page.getByText('Nothing was used then').waitFor();
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().includes('/usage/content')) asked += 1;
    });
    // Answers come by the clock on the wall: one that is waited for is given up when it is turned on.
    const answered = () => page.locator('.htmx-request').first().waitFor({ state: 'detached' });
    await answered();
    const minutes = async (count: number) => {
      for (let minute = 0; minute < count; minute += 1) {
        await page.clock.runFor(60_000);
        await answered();
      }
      // What a page asks for is known once it has an answer to something that it asks for later.
      await page.evaluate("fetch('/usage/limits').then((answer) => answer.text())");
    };
    const turnTo = (state: string) =>
      page.evaluate(
        `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));`,
      );
    await minutes(1);
    expect(asked).toBe(1);
    await turnTo('hidden');
    await minutes(5);
    expect(asked).toBe(1);
    await turnTo('visible');
    await minutes(0);
    expect(asked).toBe(2);
  });

  it('shows by itself what a call used, and keeps what was chosen', async () => {
    const stage = await aStage({ keys: busyKeys });
    const page = await stage.open({ path: '/usage' });
    await page.getByText('Nothing was used then').waitFor();
    expect(await stage.call('hello', { 'x-account-name': 'work' })).toBe(200);
    await page.getByRole('rowheader', { name: 'work' }).first().waitFor();
    await page.getByRole('link', { name: '7 days' }).click();
    await page.waitForURL(/range=7d/);
    await page.getByRole('link', { name: 'Model' }).click();
    await page.getByRole('heading', { name: 'By model' }).waitFor();
    expect(new URL(page.url()).search).toBe('?range=7d&by=model');
    const calls = (count: string) =>
      page.locator('.tile', { hasText: 'Calls' }).getByText(count, { exact: true });
    await calls('1').waitFor();
    expect(await stage.call('again', { 'x-account-name': 'team plan' })).toBe(200);
    await calls('2').waitFor();
    await page.getByRole('heading', { name: 'By model' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'By model' }).waitFor();
  });

  it('tells of the cache, the time, the moves and what they cost, of budgets, and how long limits last', async () => {
    const stage = await aStage({ keys: busyKeys, calls: aBusyMonth, config: budgets });
    await aBusyMorning(stage);
    const page = await stage.open({ path: '/usage' });
    for (const [chart, words] of [
      ['Read from the cache', /^\d+ %$/],
      ['First byte', /^[\d.]+ m?s$/],
      ['Last byte', /^[\d.]+ m?s$/],
      ['Moves', /^\d+$/],
    ] as const) {
      const figure = page.locator('figure', { has: page.getByRole('heading', { name: chart, exact: true }) });
      await figure.getByText(words).first().waitFor();
    }
    await page.getByText(/^cost \$[\d.]+ of cache$/).waitFor();
    await page.getByRole('img', { name: /^house: \d+ % used$/ }).waitFor();
    await page.getByText(/ of \$120\.00$/).waitFor();
    const limits = page.locator('.account-limits > li', { hasText: 'team plan' });
    await limits
      .getByText(/^(?:resets in|runs out) /)
      .first()
      .waitFor();
    for (const [by, first] of [
      ['Model', 'opus-4-6'],
      ['Client', 'local'],
      ['Session', /^\w{8}/],
    ] as const) {
      await page.getByRole('link', { name: by, exact: true }).click();
      await page.getByRole('heading', { name: `By ${by.toLowerCase()}` }).waitFor();
      await page.locator('.lines tbody').getByText(first).first().waitFor();
    }
  });

  it('shows the range that was chosen last, whichever answer comes first', async () => {
    const stage = await aStage({ keys: busyKeys, calls: aBusyMonth });
    const page = await stage.open({ path: '/usage' });
    const chosen = page.locator('.range .segments a[aria-current]');
    await page.locator('.u-over').first().waitFor();
    // What the page fetches by itself, and a choice that another choice overtakes.
    const follow = await held(page, '**/usage/content?follow=yes*');
    expect(await stage.call('hello', { 'x-account-name': 'work' })).toBe(200);
    await follow.isHeld;
    const week = await held(page, '**/usage/content?range=7d*');
    await page.getByRole('link', { name: '7 days' }).click();
    await week.isHeld;
    await page.getByRole('link', { name: '90 days' }).click();
    await chosen
      .getByText('90 days')
      .or(chosen.filter({ hasText: '90 days' }))
      .first()
      .waitFor();
    follow.letGo();
    week.letGo();
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100)))');
    expect(await chosen.innerText()).toBe('90 days');
    expect(new URL(page.url()).search).toContain('90d');
    const calls = page.locator('.tile', { hasText: 'Calls' });
    const before = await calls.innerText();
    expect(await stage.call('again', { 'x-account-name': 'work' })).toBe(200);
    await calls.filter({ hasNotText: before.split('\n')[1]! }).waitFor();
    expect(await chosen.innerText()).toBe('90 days');
  });

  it('is narrowed to an account and its models, to days of one’s own, and opened again', async () => {
    const stage = await aStage({ keys: busyKeys, calls: aBusyMonth });
    const page = await stage.open({ path: '/usage' });
    await page.getByRole('link', { name: 'team plan', exact: true }).click();
    const chip = page.getByRole('link', { name: 'Without account team plan' });
    await chip.waitFor();
    expect(await page.locator('.lines tbody tr').count()).toBe(1);
    await page.getByRole('button', { name: 'Days …' }).click();
    const dayBefore = (days: number): string =>
      new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
    const [from, to] = [dayBefore(4), dayBefore(2)];
    await page.getByLabel('From', { exact: true }).fill(from);
    await page.getByLabel('To', { exact: true }).fill(to);
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('button', { name: `${from} to ${to}` }).waitFor();
    // Few days are told by their hours.
    expect(await page.locator('#chart-main tbody tr').count()).toBe(72);
    await page.getByRole('link', { name: 'Without account team plan' }).click();
    await chip.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: '90 days' }).click();
    await page.locator('#chart-main tbody tr:nth-child(90)').waitFor({ state: 'attached' });
  });

  it('is downloaded as it is chosen', async () => {
    const stage = await aStage({ keys: busyKeys, calls: aBusyMonth });
    const page = await stage.open({ path: '/usage?by=client&range=7d' });
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('c')]);
    expect(download.suggestedFilename()).toMatch(/^usage-by-client-\d{4}-\d\d-\d\d\.csv$/);
    const file = join(stage.bench.folder, 'usage.csv');
    await download.saveAs(file);
    const [head = '', ...rows] = (await Bun.file(file).text()).trimEnd().split('\r\n');
    expect(head).toStartWith('when,key,name,calls,');
    expect(new Set(rows.map((row) => row.split(',')[2]))).toEqual(new Set(['local', 'ann', 'bob']));
  });

  it('is read with the keyboard: a chart says each of its values, and the table behind it has them all', async () => {
    const stage = await aStage({ keys: busyKeys, calls: aBusyMonth });
    const page = await stage.open({ path: '/usage?range=7d' });
    const chart = page.getByRole('slider', { name: 'Cost, over time' });
    await page.getByRole('link', { name: 'Lost to moves' }).focus();
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('chart-main-plot');
    const last = await chart.getAttribute('aria-valuetext');
    await page.keyboard.press('ArrowLeft');
    const before = await chart.getAttribute('aria-valuetext');
    expect(before).toMatch(/^\d+ \w+: work \$[\d.]+, team plan \$[\d.]+, spare \$[\d.]+$/);
    expect(before).not.toBe(last);
    await page.locator('#chart-main .chart-tip').waitFor();
    await page.keyboard.press('Home');
    const [first = ''] = await page.locator('#chart-main tbody th').allTextContents();
    expect(await chart.getAttribute('aria-valuetext')).toStartWith(first.trim());
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Cost as a table' }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('draws with the colours of the theme, and anew when that changes', async () => {
    const stage = await aStage({ keys: busyKeys, calls: aBusyMonth });
    const page = await stage.open({ path: '/usage' });
    const drawn = (): Promise<string> =>
      page.evaluate<string>("document.querySelector('#chart-main canvas').toDataURL()");
    const light = await drawn();
    await page.getByRole('button', { name: 'Switch between light and dark' }).click();
    expect(await drawn()).not.toBe(light);
  });
});
