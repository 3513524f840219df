/** @jsxImportSource hono/jsx */
import type { AccountView } from '../../contract-accounts.ts';
import { mayChange } from '../asker.ts';
import { LivePart } from '../parts/live-part.tsx';
import { Guide } from './guide.tsx';
import { rowActions } from './menu.tsx';
import { AccountRow } from './row.tsx';
import type { AccountsView } from './view.ts';
import { summaryWords } from './words.ts';

/**
 * The first steps, where they are being walked, and every account in the order in which they are taken. Steps that
 * are done stay until the page is opened again: whoever walked them wants to see that it works.
 */
export function AccountsContent({ view, hasGuide }: { view: AccountsView; hasGuide: boolean }) {
  return (
    <LivePart
      id="accounts"
      topics={hasGuide ? ['accounts', 'requests'] : ['accounts']}
      path={hasGuide ? '/accounts/content?guide=yes' : '/accounts/content'}
    >
      {hasGuide && mayChange() && <Guide view={view} />}
      {view.accounts.length > 0 && <AccountList view={view} />}
    </LivePart>
  );
}

function AccountList({ view }: { view: AccountsView }) {
  return (
    <>
      <p class="summary">{summaryWords(view.accounts)}</p>
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
          data-row-actions={JSON.stringify(rowActions())}
          data-order={mayChange() ? '/accounts/order' : undefined}
          aria-label="Accounts, in the order in which they are taken"
        >
          {view.rows.render(view.accounts, {
            id: ({ id }) => id,
            state: (account) => rowState(account, view),
            row: (account) => <AccountRow account={account} view={view} />,
          })}
        </ol>
      </div>
    </>
  );
}

/** What a row is made of; words for moments are a minute old at the most. */
function rowState(account: AccountView, { accounts, nextId, sessions, now }: AccountsView): unknown {
  const { id } = account;
  const isFirst = id === accounts[0]?.id;
  return [account, id === nextId, isFirst, sessions.get(id), Math.floor(now / 60_000), mayChange()];
}
