import { describe, expect, it } from 'bun:test';
import { chromiumPath, stages } from '../help/a-page.ts';

const many = 200;

/** When something was first seen (ms after the page was asked for). */
const firstPaint = `new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntriesByName('first-contentful-paint')[0].startTime))
    .observe({ type: 'paint', buffered: true });
})`;

/** Adds pass-through accounts of these names as the page does. */
const addAll = (names: readonly string[]): string => `(async () => {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-ccproxy-change': document.querySelector('meta[name="proxy"]').dataset.change,
  };
  for (const name of ${JSON.stringify(names)}) {
    const body = new URLSearchParams({ name, kind: 'passthrough' });
    await fetch('/accounts', { method: 'POST', headers, body });
  }
})()`;

describe.skipIf(chromiumPath === undefined)('the page in time', () => {
  const aStage = stages();

  it('shows its first paint within 100 ms of asking', async () => {
    const stage = await aStage({ keys: [{ name: 'work', key: 'sk-ant-api03-work' }] });
    const page = await stage.open();
    // The first page of a proxy loads the code of pages; a browser that has been here has its assets.
    const paints: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await page.reload();
      paints.push(await page.evaluate<number>(firstPaint));
    }
    expect(Math.min(...paints)).toBeLessThan(100);
  });

  it('stays smooth with 200 accounts while they change', async () => {
    const stage = await aStage({ keys: [{ name: 'work', key: 'sk-ant-api03-work' }] });
    const page = await stage.open();
    const names = Array.from({ length: many - 1 }, (_, at) => `account ${at}`);
    await page.evaluate(addAll(names));
    await page.reload();
    await page.locator('html[data-ready]').waitFor();
    await page.getByRole('listitem', { name: `account ${many - 2}` }).waitFor();
    await page.evaluate(
      "globalThis.long = []; new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })",
    );
    for (let round = 0; round < 5; round += 1) {
      expect(await stage.call()).toBe(200);
      await page.getByRole('listitem', { name: 'work' }).getByText('just now').waitFor();
      await page.keyboard.press('j');
      await page.mouse.wheel(0, 400);
    }
    expect(await page.evaluate<number[]>('long')).toEqual([]);
  });
});
