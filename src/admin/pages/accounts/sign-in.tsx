/** @jsxImportSource hono/jsx */
import { ownCommand } from '../../../base/own-command.ts';
import type { AccountView } from '../../contract-accounts.ts';
import { DialogContent } from '../parts/dialog.tsx';

/** The place of signing an account in at its provider. */
export function SignInPlace({ account: { name } }: { account: Pick<AccountView, 'name'> }) {
  return (
    <DialogContent title={`Sign in ${name}`}>
      <p>In a terminal:</p>
      <div class="code">
        <pre>{ownCommand(`auth login ${name}`)}</pre>
      </div>
    </DialogContent>
  );
}
