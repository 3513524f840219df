/** @jsxImportSource hono/jsx */
import { Secret } from '../../../base/secret.ts';
import type { CreatedKey } from '../../contract.ts';
import { linesWithKey } from '../accounts/connect.ts';
import { ConnectTabs, CopyBox } from '../parts/connect.tsx';
import { DialogContent } from '../parts/dialog.tsx';

interface CreatedProps {
  readonly created: CreatedKey;
  readonly url: string;
  /** Whether calls need a key now. */
  readonly keysRequired: boolean;
  /** Accounts it is held to that are not there. */
  readonly unknown: readonly string[];
}

/** A fresh key, the only time it is seen: it goes with the dialog, and no page holds it afterwards. */
export function Created({ created: { key, view }, url, keysRequired, unknown }: CreatedProps) {
  return (
    <DialogContent title={`The key “${view.name}”`}>
      <p>
        <strong>Keep it now.</strong> It is shown this once; what is kept here only recognises it.
      </p>
      <CopyBox id="new-key" text={key} label="Copy the key" />
      <div class="connect">
        <h3>Claude Code with this key</h3>
        <ConnectTabs lines={linesWithKey(url, new Secret(key))} />
      </div>
      <p class="hint">
        {'Other clients send it as x-api-key or as a Bearer token. '}
        {keysRequired
          ? 'From now on each call needs a key.'
          : 'No call needs a key so far: clients.keys is off.'}
      </p>
      {unknown.length > 0 && <p class="hint warn-text">{`${waitingWords(unknown)} The key waits for it.`}</p>}
      <footer class="dialog-foot">
        <button type="button" class="primary" data-close-dialog>
          I have it
        </button>
      </footer>
    </DialogContent>
  );
}

/** What there is to say of accounts that a key is held to and that are not there. */
export function waitingWords(unknown: readonly string[]): string {
  return `There is no account ${unknown.map((name) => `“${name}”`).join(', ')} yet.`;
}

/** Asks before a key is shut out. */
export function Revoke({
  client: { id, name, hint },
}: {
  client: { id: string; name: string; hint: string };
}) {
  return (
    <DialogContent title={`Revoke “${name}”?`}>
      <p>
        Whoever uses <code>{`${hint}…`}</code> is refused from then on, and it cannot be taken back. What it
        has cost stays in the ledger.
      </p>
      <footer class="dialog-foot">
        <button type="button" data-close-dialog autofocus>
          Cancel
        </button>
        <button type="button" class="danger" hx-post={`/keys/${id}/revoke`} hx-swap="none">
          Revoke
        </button>
      </footer>
    </DialogContent>
  );
}
