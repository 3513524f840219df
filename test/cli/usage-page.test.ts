import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { usageCsv } from '../../src/admin/usage-csv.ts';
import { RequestLines } from '../../src/cli/request-lines.ts';
import { showSession } from '../../src/cli/session-tree.ts';
import { showUsage } from '../../src/cli/usage-table.ts';
import { groupings } from '../../src/usage/reports/groupings.ts';
import { HandClock } from '../help/a-clock.ts';
import { aScreen } from '../help/a-screen.ts';
import { aRequestView, aUsageView, anAgentView } from '../help/a-view.ts';

const page = readFileSync(join(import.meta.dir, '../../docs/usage.md'), 'utf8');

/** The part of the page below a heading. */
function part(heading: string): string {
  const [, rest = ''] = page.split(`\n${heading}\n`);
  const [text = ''] = rest.split(/\n##+ /);
  return text;
}

const missing = (names: readonly string[], text: string): string[] =>
  names.filter((name) => !text.includes(`\`${name}\``));

/** The columns of tables in `text`, those of one row that share a meaning apart. */
const columnsIn = (text: string): string[] =>
  [...text.matchAll(/^\| ([A-Z][A-Z ,·]+) \|/gm)].flatMap(([, names = '']) => names.split(', '));

const headings = (line = ''): string[] => line.split(/ {2,}/);

test('the page explains every column of usage, and every field of its JSON and CSV', () => {
  const text = part('## `usage`');
  const { terminal, out } = aScreen();
  const view = aUsageView({ opus: {} });
  showUsage({ terminal, clock: new HandClock() }, view);
  expect(columnsIn(text)).toEqual(headings(out[0]).slice(1));
  const [head = ''] = usageCsv(view).split('\r\n');
  expect(missing(head.split(','), text)).toEqual([]);
  expect(missing(Object.keys(view), text)).toEqual([]);
  expect(groupings.filter((by) => !page.includes(by))).toEqual([]);
});

test('the page explains every column and field of the tree of a session', () => {
  const text = part('### One session');
  const { terminal, out } = aScreen();
  showSession({ terminal, clock: new HandClock() }, { session: 's', tree: anAgentView() });
  expect(columnsIn(text)).toEqual(headings(out[1]));
  expect(missing(Object.keys(anAgentView()), text)).toEqual([]);
});

test('the page explains every column and field of requests', () => {
  const text = part('## `requests`');
  const { heading } = new RequestLines(aScreen().terminal);
  const columns = columnsIn(text);
  expect(columns.join(' ')).toBe(heading.replaceAll(/ +/g, ' '));
  const request = aRequestView();
  const attempt =
    'account atMs ms ending status errorType errorCode scope lesson reason upstreamRequestId'.split(' ');
  const fields = [...Object.keys(request), ...Object.keys(request.tokens!), ...attempt, 'from', 'to'];
  expect(missing(fields, text)).toEqual([]);
});

test('the page explains every field of a window and every forecast', () => {
  const text = part('## Windows and forecasts');
  const fields = 'name kind used limit remaining status resetsAt readAt forecast runsOutAt plan bucket';
  const forecasts = 'used-up runs-out lasts renewed unknown';
  expect(missing(`${fields} ${forecasts}`.split(' '), text)).toEqual([]);
});
