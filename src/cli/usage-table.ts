import type { SummaryView, UsageView } from '../admin/contract-usage.ts';
import { dollars, numberCell, share, shortNumber } from './amounts.ts';
import type { Cli } from './cli.ts';
import { plain, type Cell } from './terminal.ts';
import { dayTime } from './words.ts';

const columns = [
  'CALLS',
  'INPUT',
  'CACHE READ',
  'CACHE WRITE',
  'OUTPUT',
  'CACHED',
  'COST',
  'SAVED',
  'ERRORS',
];

/** The report as a table, its total below, and in words what the figures do not say. */
export function showUsage({ terminal, clock }: Cli, view: UsageView): void {
  const { by, lines, total } = view;
  if (lines.length === 0) {
    const since = dayTime(Date.parse(view.since), clock.now());
    terminal.print(`Nothing was used since ${since}, as far as the ledger reaches back.`);
    return;
  }
  const heading = by.toUpperCase();
  const named = lines.map((line) => [plain(line.name === '' ? '(none)' : line.name), ...cells(line)]);
  const sum: Cell[] = [{ text: 'total', style: 'bold' }, ...cells(total)];
  terminal.table([heading, ...columns], lines.length > 1 ? [...named, sum] : named);
  for (const note of notesOf(total)) terminal.note(note);
}

function cells(line: SummaryView): Cell[] {
  const { calls, input, cacheRead, cacheWrite5m, cacheWrite1h, output, cacheShare, errors, cut } = line;
  const failed = errors + cut;
  return [
    numberCell(shortNumber(calls)),
    numberCell(shortNumber(input)),
    numberCell(shortNumber(cacheRead)),
    numberCell(shortNumber(cacheWrite5m + cacheWrite1h)),
    numberCell(shortNumber(output)),
    numberCell(share(cacheShare)),
    numberCell(costWords(line)),
    numberCell(dollars(line.usdSavedByCache)),
    {
      text: failed === 0 ? '' : shortNumber(failed),
      isNumber: true,
      style: failed === 0 ? undefined : 'red',
    },
  ];
}

/** With a sign in front of what is not exact: `~` holds estimates, `?` prices that nobody knows. */
function costWords({ usd, usdOfUnknown, estimates }: SummaryView): string {
  const sign = usdOfUnknown > 0 ? '?' : estimates > 0 ? '~' : '';
  return `${sign}${dollars(usd)}`;
}

function notesOf({ estimates, usdOfUnknown, moves, usdLostToMoves, webSearches }: SummaryView): string[] {
  const notes: string[] = [];
  if (usdOfUnknown > 0)
    notes.push(`? ${dollars(usdOfUnknown)} of it is for models that no price is known of: an assumption.`);
  if (estimates > 0)
    notes.push(
      `~ ${shortNumber(estimates)} calls broke off or were not told whole: their tokens are estimates.`,
    );
  if (moves > 0)
    notes.push(
      `${moves === 1 ? '1 move' : `${shortNumber(moves)} moves`} to another account lost ${dollars(usdLostToMoves)} of cache.`,
    );
  if (webSearches > 0) notes.push(`${shortNumber(webSearches)} web searches are in the cost.`);
  return notes;
}
