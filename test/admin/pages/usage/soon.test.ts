import { expect, test } from 'bun:test';
import { choiceIn } from '../../../../src/admin/pages/usage/choice.ts';
import { soon } from '../../../../src/admin/pages/usage/soon.tsx';
import { HandClock } from '../../../help/a-clock.ts';
import { aSeriesView } from '../../../help/a-view.ts';
import { htmlOf } from '../../../help/some-html.ts';

const choice = choiceIn({ by: 'session' });
const view = { choice, series: aSeriesView(), names: new Map<string, string>() };

test('a page that takes no time has all of it', async () => {
  const clock = new HandClock();
  expect(htmlOf(await soon(Promise.resolve(view), choice, clock))).toContain('Nothing was used then');
  expect(clock.waiting).toBe(0);
});

test('one whose ledger takes long is there in a moment, and fetches the rest', async () => {
  const clock = new HandClock();
  const making = Promise.withResolvers<typeof view>();
  const shown = soon(making.promise, choice, clock);
  await clock.turn(60);
  const html = htmlOf(await shown);
  expect(html).toContain('Adding up every call of that time');
  expect(html).toContain('hx-get="/usage/content?by=session"');
  // Now, with the next call, and each minute until it has come.
  for (const said of ['hx-trigger="load, live"', 'data-live="usage"', 'data-moving'])
    expect(html).toContain(said);
  // Nobody hears of it here when it fails: the page asks again.
  making.reject(new Error('no database'));
  await clock.turn(1);
});
