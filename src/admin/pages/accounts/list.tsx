import { LivePart } from '../parts/live-part.tsx';
import { AccountRow } from './row.tsx';
import type { AccountsView } from './view.ts';
import { summaryWords } from './words.ts';

/** How many stand how, and every account, in the order in which they are taken. */
export function AccountList({ view }: { view: AccountsView }) {
  return (
    <LivePart id="accounts" topics={['accounts']} path="/accounts/list" class="account-list">
      <p class="summary" id="summary">
        {summaryWords(view.accounts)}
      </p>
      <div class="card">
        <div class="account-head" aria-hidden="true">
          <span />
          <span>Account</span>
          <span>Standing</span>
          <span>Used of its limits</span>
          <span>Activity</span>
          <span />
        </div>
        <ol
          class="accounts"
          data-order="/accounts/order"
          aria-label="Accounts, in the order in which they are taken"
        >
          {view.accounts.map((account) => (
            <AccountRow account={account} view={view} />
          ))}
        </ol>
      </div>
    </LivePart>
  );
}
