import { amountWords } from '../admin/amount-words.ts';
import type { BudgetView } from '../admin/contract-budgets.ts';
import type { Action, Cli } from './cli.ts';
import { problem } from './problems.ts';
import { withRunning } from './reach.ts';
import { plain, type Cell } from './terminal.ts';
import { inTime } from './words.ts';

/** `budgets`: what may be spent, and what was; exits with 5 where no proxy runs. */
export const budgets: Action<object> = async (cli) => {
  const views = await withRunning(cli, async (proxy) => {
    if (proxy === undefined) throw problem('proxy-not-running');
    return (await proxy.status()).budgets;
  });
  if (cli.isJson) cli.terminal.json({ budgets: views });
  else if (views.length > 0) budgetTable(cli, views);
  else {
    cli.terminal.print('There is no budget.');
    cli.terminal.note(
      'Set one in the settings, under [budgets.NAME], or on a key: keys create NAME --budget 20usd/month',
    );
  }
  return 0;
};

/** The budgets of a running proxy, one a line. */
export function budgetTable(
  { terminal, clock }: Pick<Cli, 'terminal' | 'clock'>,
  views: readonly BudgetView[],
): void {
  const now = clock.now();
  terminal.table(
    ['BUDGET', 'OF', 'PERIOD', 'USED', 'LIMIT', 'STATE', 'RUNNING', 'BEGINS ANEW'],
    views.map((view) => [
      plain(view.name),
      view.scope === 'total' ? 'everybody' : plain(view.of.join(', ')),
      view.period,
      amountWords(view.unit, view.used),
      amountWords(view.unit, view.limit),
      stateCell(view),
      String(view.inFlight),
      inTime(Date.parse(view.resetsAt) - now),
    ]),
  );
}

function stateCell({ percent, isUsedUp, hard }: BudgetView): Cell {
  if (isUsedUp)
    return { text: `${percent} %, ${hard ? 'used up' : 'past its limit'}`, style: hard ? 'red' : 'yellow' };
  return { text: `${percent} %`, style: percent >= 75 ? 'yellow' : 'green' };
}
