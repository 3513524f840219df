/** @jsxImportSource hono/jsx */
import type { KeyView } from '../../contract.ts';
import { Empty, Heading } from '../parts/bits.tsx';
import { Icon } from '../parts/icons.tsx';
import { LivePart } from '../parts/live-part.tsx';
import type { Shortcut } from '../parts/shortcuts.tsx';
import { KeyRow } from './row.tsx';
import type { KeysView } from './view.ts';

export const keyShortcuts: readonly Shortcut[] = [
  { keys: 'n', does: 'Create a key' },
  { keys: '↑ ↓', does: 'Walk through the keys (or j and k)' },
  { keys: 'Enter', does: 'Change the key' },
  { keys: 'Del', does: 'Revoke it' },
];

/** Keys that do something with the client key that has the focus; `client/keys.ts` presses them. */
const rowActions = {
  Enter: { path: '/keys/:id/change', reads: true },
  Delete: { path: '/keys/:id/revoke', reads: true },
} as const;

/** The client keys: who may come here, how far, and what that has cost. */
export function KeysPage({ view }: { view: KeysView }) {
  return (
    <>
      <Heading title="Keys">
        <div class="heading-actions">
          <button
            type="button"
            class="primary"
            hx-get="/keys/create"
            hx-target="#dialog"
            hx-swap="innerHTML"
            data-key="n"
          >
            <Icon name="plus" />
            Create key
          </button>
        </div>
      </Heading>
      <KeysContent view={view} />
    </>
  );
}

export function KeysContent({ view }: { view: KeysView }) {
  const { active, over, keysRequired } = view;
  return (
    <LivePart id="client-keys" topics={['keys', 'budgets']} path="/keys/content">
      {active.length > 0 && (
        <p class="summary">
          {keysRequired
            ? 'Each call needs one of these.'
            : 'No call needs a key: the settings say so (clients.keys).'}
        </p>
      )}
      {active.length === 0 ? (
        <Empty title="No client key">
          <p>
            Programs on this machine need none. A key tells one client from another, sets limits and budgets
            for it, and lets others in. From the first one on, each call needs one.
          </p>
          <button type="button" hx-get="/keys/create" hx-target="#dialog" hx-swap="innerHTML">
            Create a key
          </button>
        </Empty>
      ) : (
        <List keys={active} view={view} />
      )}
      {over.length > 0 && (
        <details class="over" id="keys-over">
          <summary>{`Revoked or expired (${over.length})`}</summary>
          <List keys={over} view={view} isOver />
        </details>
      )}
    </LivePart>
  );
}

function List({ keys, view, isOver }: { keys: readonly KeyView[]; view: KeysView; isOver?: boolean }) {
  return (
    <div class="card">
      <div class="key-head" aria-hidden="true">
        <span>Key</span>
        <span>May use</span>
        <span>Budgets</span>
        <span>Last used</span>
        <span />
      </div>
      <ul
        class="client-keys"
        aria-label={isOver === true ? 'Keys that let nobody in' : 'Client keys'}
        data-row-actions={isOver === true ? undefined : JSON.stringify(rowActions)}
      >
        {keys.map((key, at) => (
          <KeyRow key={key.id} client={key} view={view} isFirst={at === 0} />
        ))}
      </ul>
    </div>
  );
}
