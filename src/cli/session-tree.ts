import type { AgentView, SessionView } from '../admin/contract-usage.ts';
import { dollars, shortNumber } from '../base/amounts.ts';
import type { Cli } from './cli.ts';
import { fittingTable, type Column } from './fitting-table.ts';
import { numberCell, plain } from './terminal.ts';
import { dayTime, lengthWords } from './words.ts';

/** The agents of a session, each below the one that started it, with what every branch cost. */
export function showSession(
  { terminal, clock }: Pick<Cli, 'terminal' | 'clock'>,
  { session, tree }: SessionView,
): void {
  const now = clock.now();
  const length = lengthWords(Date.parse(tree.lastAt) - Date.parse(tree.firstAt));
  terminal.print(
    `${terminal.styled('bold', plain(session))}  ${dollars(tree.usdWithBranches)}, ` +
      `${dayTime(Date.parse(tree.firstAt), now)}, ${length} long`,
  );
  fittingTable(terminal, columns, rowsOf(tree, '', ''));
}

/** An agent, behind the lines that lead to it. */
interface Row {
  readonly stem: string;
  readonly branch: AgentView;
}

const columns: readonly Column<Row>[] = [
  {
    heading: 'AGENT',
    need: 0,
    cell: ({ stem, branch: { agent } }) => stem + (agent === '' ? 'main' : plain(agent)),
  },
  { heading: 'CALLS', need: 1, cell: ({ branch }) => numberCell(shortNumber(branch.calls)) },
  { heading: 'INPUT', need: 6, cell: ({ branch }) => numberCell(shortNumber(branch.input)) },
  { heading: 'CACHE READ', need: 4, cell: ({ branch }) => numberCell(shortNumber(branch.cacheRead)) },
  { heading: 'CACHE WRITE', need: 5, cell: ({ branch }) => numberCell(shortNumber(branch.cacheWrite)) },
  { heading: 'OUTPUT', need: 3, cell: ({ branch }) => numberCell(shortNumber(branch.output)) },
  { heading: 'COST', need: 0, cell: ({ branch }) => numberCell(dollars(branch.usd)) },
  { heading: 'WITH ITS OWN', need: 0, cell: ({ branch }) => numberCell(dollars(branch.usdWithBranches)) },
  { heading: 'MODEL', need: 2, cell: ({ branch }) => plain(branch.models.join(', ')) },
  { heading: 'ACCOUNT', need: 7, cell: ({ branch }) => plain(branch.accounts.join(', ')) },
];

function rowsOf(branch: AgentView, stem: string, twigs: string): Row[] {
  const rows: Row[] = [{ stem, branch }];
  const last = branch.branches.length - 1;
  for (const [at, child] of branch.branches.entries()) {
    const below = rowsOf(
      child,
      `${twigs}${at === last ? '└─ ' : '├─ '}`,
      `${twigs}${at === last ? '   ' : '│  '}`,
    );
    for (const row of below) rows.push(row);
  }
  return rows;
}
