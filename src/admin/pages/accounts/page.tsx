/** @jsxImportSource hono/jsx */
import { mayChange } from '../asker.ts';
import { Heading } from '../parts/bits.tsx';
import { Icon } from '../parts/icons.tsx';
import type { Shortcut } from '../parts/shortcuts.tsx';
import { AccountsContent } from './list.tsx';
import { MenuPlace } from './menu.tsx';
import type { AccountsView } from './view.ts';

export const accountShortcuts: readonly Shortcut[] = [
  { keys: 'n', does: 'Add an account' },
  { keys: '↑ ↓', does: 'Walk through the accounts (or j and k)' },
  { keys: 'Enter', does: 'Details and settings of the account' },
  { keys: 'r', does: 'Rename it' },
  { keys: 't', does: 'Test it' },
  { keys: 'e', does: 'Switch it on or off' },
  { keys: 'p', does: 'Prefer it' },
  { keys: 'Alt+↑', does: 'Move it up' },
  { keys: 'Alt+↓', does: 'Move it down' },
  { keys: 'm', does: 'Everything that can be done with it' },
  { keys: 'Del', does: 'Remove it' },
];

/** The accounts; the first steps before them, until a request has come. */
export function AccountsPage({ view }: { view: AccountsView }) {
  return (
    <>
      <Heading title="Accounts">
        {mayChange() && (
          <div class="heading-actions">
            <More />
            <button
              type="button"
              class="primary"
              hx-get="/accounts/add"
              hx-target="#dialog"
              hx-swap="innerHTML"
              data-key="n"
            >
              <Icon name="plus" />
              Add account
            </button>
          </div>
        )}
      </Heading>
      <MenuPlace />
      <AccountsContent view={view} hasGuide={view.lastCallAt === null} />
    </>
  );
}

function More() {
  return (
    <>
      <button
        type="button"
        class="square"
        popovertarget="menu-all"
        aria-haspopup="menu"
        aria-label="Export and import"
      >
        <Icon name="more" />
      </button>
      <div id="menu-all" class="menu" popover="auto" role="group" aria-label="Export and import">
        <button type="button" hx-get="/accounts/export" hx-target="#dialog" hx-swap="innerHTML">
          Export …
        </button>
        <button type="button" hx-get="/accounts/import" hx-target="#dialog" hx-swap="innerHTML">
          Import …
        </button>
      </div>
    </>
  );
}
