/** The page as somebody sees it, in a real Chromium: how soon something is shown, and whether it stays smooth with very much on it. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase } from '../../src/database/open.ts';
import { chromiumPart, startChromium } from '../../test/help/a-chromium.ts';
import {
  callsOfWeeks,
  fillAccounts,
  followAccounts,
  followRequests,
  followUsage,
  isReady,
  lookThroughRanges,
} from '../../test/help/a-full-page.ts';
import { writeDown } from '../../test/help/a-ledger.ts';
import { placeOf } from '../../test/help/a-system-part.ts';
import { openStreams, sendMessage } from '../../test/help/some-messages.ts';
import { jsonPath, leftBehind, median, watchOthers } from '../instrument/measuring.ts';
import { CannotMeasure } from '../instrument/processes.ts';
import type { Workload } from './workload.ts';

const [program, debian, folders] = chromiumPart;
const chromiumPath = placeOf(program, folders);

/** Streams without an end, an event every 0.4 s. */
const endlessPath = '/v1/messages?answer=paced&events=0&interval_us=400000';
const account = 'bench';
/** How long the page may take to show something before it counts as broken (ms). */
const giveUpMs = 30_000;

/** 200 accounts; 10,000 requests, in the ledger before the start; 50 streams while requests end. */
export const page: Workload = {
  name: 'page',
  title: 'the page in Chromium',
  fresh: 'cold',
  saturates: false,
  ofProxy: true,
  maxRounds: 1,
  missing: () =>
    chromiumPath === undefined ? `There is no Chromium here (apt-get install -y ${debian})` : undefined,
  async prepare(home) {
    const database = await openDatabase({ path: join(home, 'proxy.db'), log: silentLog });
    await writeDown(database, callsOfWeeks(Date.now()));
    await database.close();
  },
  rows: [
    { figure: 'paintMs', label: 'first paint, ms', decimals: 0 },
    { figure: 'bestPaintMs', label: 'the best of all, ms', decimals: 0 },
    { figure: 'requestMs', label: 'call ended to listed, ms', decimals: 0 },
    { figure: 'usageMs', label: 'call ended to usage, ms', decimals: 0 },
    { figure: 'accountsLong', label: 'long tasks, 200 accounts', decimals: 0 },
    { figure: 'accountsLongestMs', label: 'the longest, ms', decimals: 0 },
    { figure: 'usageLong', label: 'long tasks, their usage', decimals: 0 },
    { figure: 'usageLongestMs', label: 'the longest, ms', decimals: 0 },
    { figure: 'requestsLong', label: 'long tasks, 10,000 calls', decimals: 0 },
    { figure: 'requestsLongestMs', label: 'the longest, ms', decimals: 0 },
  ],
  async run(tools, { port }, quick) {
    const url = `http://localhost:${port}`;
    // Who interrupts the run has it ended by the run itself.
    const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
    const browser = await startChromium(chromiumPath ?? '', signals);
    const others = watchOthers();
    try {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      context.setDefaultTimeout(giveUpMs);
      const seen = await lookAt(await context.newPage(), url, quick ? 3 : 10);
      const share = others();
      await browser.close();
      const { troubles } = await leftBehind(tools);
      const { accounts, usage, requests } = seen;
      return {
        figures: {
          paintMs: median(seen.paints),
          bestPaintMs: Math.min(...seen.paints),
          requestMs: median(seen.listed),
          usageMs: median(seen.used),
          accountsLong: accounts.length,
          accountsLongestMs: Math.max(0, ...accounts),
          usageLong: usage.length,
          usageLongestMs: Math.max(0, ...usage),
          requestsLong: requests.length,
          requestsLongestMs: Math.max(0, ...requests),
          others: share,
        },
        troubles,
        raw: [seen],
      };
    } finally {
      await browser.close();
    }
  },
};

/** One page after the other. All in milliseconds: first paints, times until something is shown, long tasks. */
async function lookAt(at: Page, url: string, times: number) {
  let endedAt = 0;
  const call = async (): Promise<void> => {
    const status = await sendMessage(`${url}${jsonPath}`, 'hello', { 'x-account-name': account });
    endedAt = performance.now();
    if (status !== 200) throw new CannotMeasure(`A call was answered with ${status}.`);
  };
  const go = async (path: string): Promise<void> => {
    await at.goto(`${url}${path}`);
    await isReady(at);
  };

  await go('/accounts');
  const paints: number[] = [];
  for (let round = 0; round < times; round += 1) {
    await at.reload();
    paints.push(await at.evaluate<number>(firstPaint));
  }
  await fillAccounts(at);
  const accounts = await longTasks(at, () => followAccounts(at, account, call));

  await go('/usage?by=session');
  await at.locator('.u-over').first().waitFor();
  const used: number[] = [];
  for (let round = 0; round < times; round += 1) {
    await followUsage(at, call);
    used.push(performance.now() - endedAt);
  }
  const usage = await longTasks(at, async () => {
    await followUsage(at, call);
    await lookThroughRanges(at);
  });

  const leaving = new AbortController();
  await openStreams(`${url}${endlessPath}`, 'hello', 50, leaving.signal);
  await go('/requests');
  const rows = at.locator('#calls .call');
  await rows.nth(99).waitFor();
  const listed: number[] = [];
  for (let round = 0; round < times; round += 1) {
    const newest = await rows.first().getAttribute('id');
    await call();
    await at.locator(`#calls .call:first-child:not(#${newest})`).waitFor();
    listed.push(performance.now() - endedAt);
  }
  const requests = await longTasks(at, () => followRequests(at, call));
  leaving.abort();
  return { paints, accounts, used, usage, listed, requests };
}

/** When something was first seen (ms after the page was asked for). */
const firstPaint = `new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntriesByName('first-contentful-paint')[0].startTime))
    .observe({ type: 'paint', buffered: true });
})`;

/** From now on every task that keeps the page from answering for more than 50 ms is noted (ms). */
const noteLongTasks = `globalThis.long = [];
  new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask' })`;

/**
 * The long tasks (ms) of the smoothest of three times: what the page does is in each of them, what else the machine does
 * is not.
 */
async function longTasks(at: Page, play: () => Promise<void>): Promise<number[]> {
  await at.evaluate(noteLongTasks);
  const all: number[][] = [];
  while (all.length < 3 && all.at(-1)?.length !== 0) {
    await play();
    all.push(await at.evaluate<number[]>('long.splice(0)'));
  }
  return all.toSorted((a, b) => a.length - b.length)[0] ?? [];
}
