import type { AgentView, SessionView } from '../admin/contract-usage.ts';
import { dollars, numberCell, shortNumber } from './amounts.ts';
import type { Cli } from './cli.ts';
import { plain, type Cell } from './terminal.ts';
import { dayTime, lengthWords } from './words.ts';

/** The agents of a session, each below the one that started it, with what every branch cost. */
export function showSession({ terminal, clock }: Cli, { session, tree }: SessionView): void {
  const now = clock.now();
  const length = lengthWords(Date.parse(tree.lastAt) - Date.parse(tree.firstAt));
  terminal.print(
    `${terminal.styled('bold', plain(session))}  ${dollars(tree.usdWithBranches)}, ` +
      `${dayTime(Date.parse(tree.firstAt), now)}, ${length} long`,
  );
  terminal.table(
    [
      'AGENT',
      'CALLS',
      'INPUT',
      'CACHE READ',
      'CACHE WRITE',
      'OUTPUT',
      'COST',
      'WITH ITS OWN',
      'MODEL',
      'ACCOUNT',
    ],
    rowsOf(tree, '', ''),
  );
}

function rowsOf(branch: AgentView, stem: string, twigs: string): Cell[][] {
  const rows = [cellsOf(branch, stem)];
  branch.branches.forEach((child, at) => {
    const isLast = at === branch.branches.length - 1;
    rows.push(...rowsOf(child, `${twigs}${isLast ? '└─ ' : '├─ '}`, `${twigs}${isLast ? '   ' : '│  '}`));
  });
  return rows;
}

function cellsOf(branch: AgentView, stem: string): Cell[] {
  const { agent, calls, input, cacheRead, cacheWrite, output, usd, usdWithBranches, models, accounts } =
    branch;
  return [
    stem + (agent === '' ? 'main' : plain(agent)),
    numberCell(shortNumber(calls)),
    numberCell(shortNumber(input)),
    numberCell(shortNumber(cacheRead)),
    numberCell(shortNumber(cacheWrite)),
    numberCell(shortNumber(output)),
    numberCell(dollars(usd)),
    numberCell(dollars(usdWithBranches)),
    plain(models.join(', ')),
    plain(accounts.join(', ')),
  ];
}
