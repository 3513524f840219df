import { describe, expect, it } from 'bun:test';
import { aBusyMonth } from '../help/a-busy-month.ts';
import { chromiumPath, looks, picture, stages, violations } from '../help/a-page.ts';
import { aBusyMorning, busyKeys } from '../help/a-scene.ts';

describe.skipIf(chromiumPath === undefined)('the page of the requests', () => {
  const aStage = stages();

  for (const [name, look] of looks) {
    it(`shows requests and one of them, has nothing that axe finds wrong, and fits the window: ${name}`, async () => {
      const stage = await aStage({ keys: busyKeys, calls: aBusyMonth });
      await aBusyMorning(stage);
      const page = await stage.open({ path: '/requests', ...look });
      const fits = async (): Promise<void> => {
        expect(await violations(page)).toEqual([]);
        const over = 'document.documentElement.scrollWidth - innerWidth';
        expect(await page.evaluate<number>(over)).toBeLessThanOrEqual(0);
      };
      await page.locator('#calls .call').nth(50).waitFor({ state: 'attached' });
      await fits();
      await picture(page, `requests-${name}`);
      await page
        .locator('.call', { has: page.getByText('moved', { exact: true }) })
        .first()
        .click();
      await page.screenshot({ path: '/tmp/panels-dbg.png' });
      await page.getByRole('heading', { name: 'What happened when' }).waitFor();
      await fits();
      await picture(page, `request-${name}`, true);
    });
  }
});
