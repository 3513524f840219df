/** @jsxImportSource hono/jsx */
import type { Sources } from '../sources.ts';
import { Icon } from './icons.tsx';
import { Moment } from './times.tsx';

/** Why a page that reads the ledger does not show what has just happened; nothing where it does. */
export async function ledgerNote({ isLedgerOn, status, clock }: Sources) {
  if (!isLedgerOn())
    return (
      <Note>
        Nothing is written down: the ledger is switched off (<code>ledger.enabled</code>). What is shown is
        what was written before.
      </Note>
    );
  const { failingSince, lastError } = (await status()).ledger;
  if (failingSince === null) return null;
  return (
    <Note>
      Calls are served, and have not been written down since{' '}
      <Moment at={failingSince} as="clock" now={clock.now()} />
      {lastError === null ? '.' : `: ${lastError.reason}`}
    </Note>
  );
}

function Note({ children }: { children: unknown }) {
  return (
    <p class="note warn" role="status">
      <Icon name="warning" />
      <span>{children}</span>
    </p>
  );
}
