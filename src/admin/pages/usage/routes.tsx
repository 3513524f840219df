/** @jsxImportSource hono/jsx */
import type { Hono } from 'hono';
import { hourAt } from '../../../usage/ledger/hours.ts';
import { seriesCsv } from '../../usage-csv.ts';
import { pageHeaders } from '../headers.ts';
import type { PageContext, PageEnv } from '../page-env.ts';
import type { Pages } from '../pages.ts';
import { Heading } from '../parts/bits.tsx';
import { ledgerNote } from '../parts/ledger-note.tsx';
import { addressOf, type Choice, choiceIn, spanOf } from './choice.ts';
import { UsageContent } from './content.tsx';
import { soon } from './soon.tsx';
import { Limits } from './limits.tsx';
import { Pace } from '../pace.ts';
import { RangeDialog, usageShortcuts } from './range.tsx';
import { type UsageViewOfPage, usageOfPage } from './view.ts';

/** So many lines of each slot stand in a file; further ones are one more. */
const mostInFile = 100;

/** Adds the page of the usage, its parts, and the file. */
export function addUsagePages(app: Hono<PageEnv>, pages: Pages): void {
  const { sources, answering } = pages;
  const pace = new Pace(sources.clock);
  pages.closing.push(() => {
    pace.close();
  });
  const choiceOf = (c: PageContext): Choice => choiceIn(c.req.query());
  const limits = async () => {
    const { accounts, budgets } = await sources.status();
    return <Limits accounts={accounts} budgets={budgets} now={sources.clock.now()} />;
  };
  app.get('/usage', async (c) => {
    const about = {
      title: 'Usage',
      current: 'usage',
      shortcuts: usageShortcuts,
      script: 'usage.js',
    } as const;
    return answering.page(c, about, async () => (
      <>
        <Heading title="Usage" />
        {await ledgerNote(sources)}
        {await soon(usageOfPage(sources, choiceOf(c)), choiceOf(c), sources.clock)}
        {await limits()}
      </>
    ));
  });
  app.get('/usage/content', async (c) => {
    const choice = choiceOf(c);
    // Who has chosen something waits for it; a page that follows what happens can do so more slowly.
    const isFollowing = c.req.query('follow') === 'yes';
    const view = (): Promise<UsageViewOfPage> => usageOfPage(sources, choice, isFollowing);
    const seen = await (isFollowing ? pace.turn(addressOf('', choice), view) : view());
    return answering.part(<UsageContent view={seen} everyMs={pace.every(addressOf('', choice))} />);
  });
  app.get('/usage/limits', async () => answering.part(await limits()));
  app.get('/usage/range', (c) =>
    answering.part(<RangeDialog choice={choiceOf(c)} today={hourAt(sources.clock.now()).day} />),
  );
  app.get('/usage/csv', async (c) => usageFile(choiceOf(c), pages));
}

async function usageFile(choice: Choice, { sources }: Pages): Promise<Response> {
  const { reports, clock } = sources;
  const { by, only } = choice;
  const series = await reports.series({ by, most: mostInFile, ...spanOf(choice, clock.now()), ...only });
  const { day } = hourAt(clock.now());
  return new Response(seriesCsv(series), {
    headers: {
      ...pageHeaders,
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="usage-by-${by}-${day}.csv"`,
    },
  });
}
