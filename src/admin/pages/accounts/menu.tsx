/** @jsxImportSource hono/jsx */
import type { PropsWithChildren } from 'hono/jsx';
import type { AccountView } from '../../contract-accounts.ts';
import { mayChange } from '../asker.ts';
import { Icon } from '../parts/icons.tsx';
import { neighbour } from './order.ts';

/** Where the menu of an account goes when it is asked for: two hundred of them would be most of the page. */
export function MenuPlace() {
  return <div id="account-menu" class="menu" popover="auto" role="group" aria-label="What can be done" />;
}

/** What asks for the menu of an account. */
export function MenuButton({ account: { id, name } }: { account: Pick<AccountView, 'id' | 'name'> }) {
  return (
    <div class="account-menu">
      <button
        type="button"
        class="ghost square"
        hx-get={`/accounts/${id}/menu`}
        hx-target="#account-menu"
        hx-swap="innerHTML"
        aria-haspopup="menu"
        aria-label={`What to do with ${name}`}
        data-row-key="m"
      >
        <Icon name="more" />
      </button>
    </div>
  );
}

/** Keys that do something with the account that has the focus; the menu shows them. `client/keys.ts` presses them. */
const actions: Readonly<Record<string, RowAction>> = {
  Enter: { path: '/accounts/:id/details', reads: true },
  t: { path: '/accounts/:id/test' },
  s: { path: '/accounts/:id/sign-in', reads: true },
  p: { path: '/accounts/:id/first' },
  e: { path: '/accounts/:id/switch' },
  'Alt+ArrowUp': { path: '/accounts/:id/up' },
  'Alt+ArrowDown': { path: '/accounts/:id/down' },
  Delete: { path: '/accounts/:id/remove' },
};

/** The keys that whoever asks may press. */
export function rowActions(): Readonly<Record<string, RowAction>> {
  if (mayChange()) return actions;
  const { Enter } = actions;
  return Enter === undefined ? {} : { Enter };
}

interface RowAction {
  readonly path: string;
  /** Fetches something into the dialog, and changes nothing. */
  readonly reads?: boolean;
}

/** What can be done with one account. */
export function AccountMenu({ account, accounts }: MenuProps) {
  const { id } = account;
  return (
    <>
      <Do path={`/accounts/${id}/details`} reads keys="Enter">
        Details and settings
      </Do>
      {mayChange() && (
        <Do path={`/accounts/${id}/test`} keys="t">
          Test
        </Do>
      )}
      {account.from === null && mayChange() && <Changes account={account} accounts={accounts} />}
    </>
  );
}

interface MenuProps {
  readonly account: AccountView;
  /** All of them, in their order. */
  readonly accounts: readonly AccountView[];
}

function Changes({ account, accounts }: MenuProps) {
  const { id, kind, enabled, signIn } = account;
  const canGo = (way: 'up' | 'down'): boolean => neighbour(accounts, id, way) !== null;
  return (
    <>
      {kind === 'oauth' && (
        <Do path={`/accounts/${id}/sign-in`} reads keys="s">
          {signIn?.isSignedIn === true ? 'Sign in again' : 'Sign in'}
        </Do>
      )}
      {kind === 'oauth' && signIn?.canRefresh === true && (
        <Do path={`/accounts/${id}/refresh`}>Renew the token</Do>
      )}
      {(kind === 'api-key' || kind === 'token') && (
        <Do path={`/accounts/${id}/secret`} reads>
          {kind === 'token' ? 'New token' : 'New key'}
        </Do>
      )}
      <hr />
      {canGo('up') && (
        <Do path={`/accounts/${id}/first`} keys="p">
          Prefer
        </Do>
      )}
      {canGo('up') && (
        <Do path={`/accounts/${id}/up`} keys="Alt+ArrowUp">
          Move up
        </Do>
      )}
      {canGo('down') && (
        <Do path={`/accounts/${id}/down`} keys="Alt+ArrowDown">
          Move down
        </Do>
      )}
      <Do path={`/accounts/${id}/switch`} keys="e">
        {enabled ? 'Switch off' : 'Switch on'}
      </Do>
      <hr />
      <Do path={`/accounts/${id}/remove`} keys="Delete" isDanger>
        Remove
      </Do>
    </>
  );
}

interface DoProps {
  readonly path: string;
  /** Fetches something into the dialog, and changes nothing. */
  readonly reads?: boolean;
  readonly keys?: string;
  readonly isDanger?: boolean;
}

const signs: Readonly<Record<string, string>> = { ArrowUp: '↑', ArrowDown: '↓', Enter: '↵', Delete: 'Del' };

function Do({ path, reads, keys, isDanger, children }: PropsWithChildren<DoProps>) {
  const asks =
    reads === true
      ? { 'hx-get': path, 'hx-target': '#dialog', 'hx-swap': 'innerHTML' }
      : { 'hx-post': path, 'hx-swap': 'none' };
  return (
    <button type="button" class={isDanger === true ? 'danger' : undefined} {...asks}>
      {children}
      {keys !== undefined && <kbd aria-hidden="true">{signOf(keys)}</kbd>}
    </button>
  );
}

function signOf(keys: string): string {
  return keys
    .split('+')
    .map((key) => signs[key] ?? key)
    .join('');
}
