import type { SummaryView, UsageView } from '../admin/contract-usage.ts';
import { dollars, share, shortNumber } from '../base/amounts.ts';
import type { Cli } from './cli.ts';
import { fittingTable, type Column } from './fitting-table.ts';
import { numberCell, plain, type Cell } from './terminal.ts';
import { dayTime } from './words.ts';

/** A line of the report, or its total. */
interface Shown extends SummaryView {
  readonly heading: Cell;
}

const columns: readonly Column<Shown>[] = [
  { heading: 'CALLS', need: 0, cell: ({ calls }) => numberCell(shortNumber(calls)) },
  { heading: 'INPUT', need: 5, cell: ({ input }) => numberCell(shortNumber(input)) },
  { heading: 'CACHE READ', need: 4, cell: ({ cacheRead }) => numberCell(shortNumber(cacheRead)) },
  {
    heading: 'CACHE WRITE',
    need: 7,
    cell: ({ cacheWrite5m, cacheWrite1h }) => numberCell(shortNumber(cacheWrite5m + cacheWrite1h)),
  },
  { heading: 'OUTPUT', need: 3, cell: ({ output }) => numberCell(shortNumber(output)) },
  { heading: 'CACHED', need: 2, cell: ({ cacheShare }) => numberCell(share(cacheShare)) },
  { heading: 'COST', need: 0, cell: (line) => numberCell(costWords(line)) },
  { heading: 'SAVED', need: 6, cell: ({ usdSavedByCache }) => numberCell(dollars(usdSavedByCache)) },
  { heading: 'ERRORS', need: 1, cell: ({ errors, cut }) => errorCell(errors + cut) },
];

/** The report as a table, its total below, and in words what the figures do not say. */
export function showUsage({ terminal, clock }: Pick<Cli, 'terminal' | 'clock'>, view: UsageView): void {
  const { by, lines, total } = view;
  if (lines.length === 0) {
    const from = Date.parse(view.since);
    const since = from === 0 ? '' : ` since ${dayTime(from, clock.now())}`;
    terminal.print(`Nothing that fits was used${since}, as far as the ledger reaches back.`);
    return;
  }
  const named = lines.map((line) => ({ ...line, heading: plain(line.name === '' ? '(none)' : line.name) }));
  const sum = { ...total, heading: { text: 'total', style: 'bold' } as const };
  const first: Column<Shown> = { heading: by.toUpperCase(), need: 0, cell: ({ heading }) => heading };
  fittingTable(terminal, [first, ...columns], lines.length > 1 ? [...named, sum] : named);
  for (const note of notesOf(total)) terminal.note(note);
}

function errorCell(failed: number): Cell {
  if (failed === 0) return { text: '', isNumber: true };
  return { text: shortNumber(failed), isNumber: true, style: 'red' };
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
      estimates === 1
        ? '~ 1 call broke off or was not told whole: its tokens are an estimate.'
        : `~ ${shortNumber(estimates)} calls broke off or were not told whole: their tokens are estimates.`,
    );
  if (moves > 0) {
    const calls = moves === 1 ? '1 call' : `${shortNumber(moves)} calls`;
    const lost = usdLostToMoves > 0 ? `, which lost ${dollars(usdLostToMoves)} of cache` : '';
    notes.push(`${calls} moved to another account${lost}.`);
  }
  if (webSearches > 0) notes.push(`${shortNumber(webSearches)} web searches are in the cost.`);
  return notes;
}
