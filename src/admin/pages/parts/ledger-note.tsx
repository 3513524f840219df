/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import type { Sources } from '../sources.ts';
import { Icon } from './icons.tsx';
import { LivePart } from './live-part.tsx';
import { Moment } from './times.tsx';

/** Where the note comes from, for every page that has one. */
export const ledgerNotePath = '/requests/note';

/** Why a page that reads the ledger does not show what has just happened; empty where it does. */
export async function ledgerNote(sources: Sources) {
  const words = await wordsOf(sources);
  return (
    <LivePart id="ledger-note" topics={['health', 'settings']} path={ledgerNotePath}>
      {words !== undefined && (
        <p class="note warn" role="status">
          <Icon name="warning" />
          <span>{words}</span>
        </p>
      )}
    </LivePart>
  );
}

async function wordsOf({ isLedgerOn, status, clock }: Sources): Promise<Child | undefined> {
  if (!isLedgerOn())
    return (
      <>
        Nothing is written down: the ledger is switched off (<code>ledger.enabled</code>). What is shown is
        what was written before.
      </>
    );
  const { failingSince, lastError } = (await status()).ledger;
  if (failingSince === null) return undefined;
  return (
    <>
      Calls are served, and have not been written down since{' '}
      <Moment at={failingSince} as="clock" now={clock.now()} />
      {lastError === null ? '.' : `: ${lastError.reason}`}
    </>
  );
}
