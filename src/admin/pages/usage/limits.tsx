/** @jsxImportSource hono/jsx */
import { dollars, shortNumber } from '../../../base/amounts.ts';
import type { AccountView } from '../../contract-accounts.ts';
import type { BudgetView } from '../../contract-budgets.ts';
import { WindowLine } from '../accounts/headroom.tsx';
import { tightestFirst } from '../accounts/words.ts';
import { Bar, type Tone } from '../parts/bits.tsx';
import { LivePart } from '../parts/live-part.tsx';
import { Moment } from '../parts/times.tsx';

interface LimitsProps {
  readonly accounts: readonly AccountView[];
  readonly budgets: readonly BudgetView[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What may still be used: budgets of one's own, and how long the limits of each account last. */
export function Limits({ accounts, budgets, now }: LimitsProps) {
  const known = accounts
    .map((account) => ({ account, windows: tightestFirst(account.windows) }))
    .filter(({ windows }) => windows.length > 0);
  return (
    <LivePart id="limits" topics={['accounts', 'budgets']} path="/usage/limits" class="limits">
      <section class="card" aria-labelledby="budgets-title">
        <header class="card-head">
          <h2 id="budgets-title">Budgets</h2>
        </header>
        {budgets.length === 0 ? (
          <p class="soft card-text">
            None. <code>[budgets.NAME]</code> in the settings file sets one: for everybody, a client key, or
            an account.
          </p>
        ) : (
          <ul class="budget-list">
            {budgets.map((budget) => (
              <Budget budget={budget} now={now} />
            ))}
          </ul>
        )}
      </section>
      <section class="card" aria-labelledby="forecasts-title">
        <header class="card-head">
          <h2 id="forecasts-title">Limits of the accounts</h2>
        </header>
        {known.length === 0 ? (
          <p class="soft card-text">No answer has told of a limit yet.</p>
        ) : (
          <ul class="account-limits">
            {known.map(({ account: { name }, windows }) => (
              <li>
                <h3>{name}</h3>
                <ul class="windows">
                  {windows.map((window) => (
                    <WindowLine window={window} now={now} />
                  ))}
                </ul>
              </li>
            ))}
          </ul>
        )}
      </section>
    </LivePart>
  );
}

function Budget({ budget, now }: { budget: BudgetView; now: number }) {
  const { name, scope, of, period, percent, hard, resetsAt, unit, used, limit, isUsedUp } = budget;
  const amount = (value: number): string => (unit === 'usd' ? dollars(value) : shortNumber(value));
  const whose = of.length > 0 ? of.join(', ') : scope === 'total' ? 'everybody' : `every ${scope}`;
  return (
    <li class="budget">
      <p class="budget-name">
        <strong>{name}</strong>
        <span class="soft">{`${period}, ${whose}${hard ? '' : ', warns only'}`}</span>
      </p>
      <Bar share={percent / 100} tone={toneOf(percent, isUsedUp)} label={`${name}: ${percent} % used`} />
      <p class="budget-state">
        <span>{`${amount(used)} of ${amount(limit)}${unit === 'usd' ? '' : ' tokens'}`}</span>
        <span class="soft">
          {`${percent} % · anew `}
          <Moment at={resetsAt} as="in" now={now} />
        </span>
      </p>
    </li>
  );
}

function toneOf(percent: number, isUsedUp: boolean): Tone {
  if (isUsedUp || percent >= 95) return 'bad';
  return percent >= 75 ? 'warn' : 'good';
}
