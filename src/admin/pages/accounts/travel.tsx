/** @jsxImportSource hono/jsx */
import { DialogContent, DialogFoot } from '../parts/dialog.tsx';
import { Field, FormProblem, Input } from '../parts/form.tsx';
import type { Problem } from '../../../base/problem.ts';
import type { ImportView } from '../../contract-accounts.ts';
import { Terms } from './add.tsx';

/** Whoever has an export can try passphrases for as long as they like (characters). */
export const leastPassphrase = 12;

/** The dialog that seals all accounts into a file. */
export function Export({ count, problem }: { count: number; problem?: Problem | undefined }) {
  if (count === 0)
    return (
      <DialogContent title="Export accounts">
        <p>There is no account to export yet.</p>
      </DialogContent>
    );
  return (
    <DialogContent title="Export accounts">
      <form class="form" hx-post="/accounts/export" hx-target="#dialog" hx-swap="innerHTML">
        <FormProblem problem={problem} />
        <p class="soft">
          {`A file with ${count === 1 ? 'the account' : `all ${count} accounts`} and their secrets, sealed with a passphrase. Without it, nobody opens the file: not you either.`}
        </p>
        <Input
          name="passphrase"
          type="password"
          label="Passphrase"
          isRequired
          hasFocus
          hint={`At least ${leastPassphrase} characters.`}
        />
        <Input name="again" type="password" label="The same again" isRequired />
        <DialogFoot>
          <button type="submit" class="primary">
            Export
          </button>
        </DialogFoot>
      </form>
    </DialogContent>
  );
}

/** The file, on its way to the person's disk: `client/download.ts` saves it. */
export function Exported({
  sealed,
  names,
  file,
}: {
  sealed: string;
  names: readonly string[];
  file: string;
}) {
  return (
    <DialogContent title="Exported">
      <p>
        {`${names.length === 1 ? 'One account' : `${names.length} accounts`} in `}
        <code>{file}</code>. Keep it and its passphrase apart.
      </p>
      <ul class="names">
        {names.map((name) => (
          <li>{name}</li>
        ))}
      </ul>
      <template data-download={file}>{sealed}</template>
      <footer class="dialog-foot">
        <button type="button" class="primary" data-close-dialog autofocus>
          Done
        </button>
      </footer>
    </DialogContent>
  );
}

/** The dialog that takes accounts from a file. */
export function Import({ problem, asksForTerms }: { problem?: Problem | undefined; asksForTerms?: boolean }) {
  return (
    <DialogContent title="Import accounts">
      <form
        class="form"
        hx-post="/accounts/import"
        hx-encoding="multipart/form-data"
        hx-target="#dialog"
        hx-swap="innerHTML"
      >
        <FormProblem problem={problem} />
        <Field name="file" label="File" hint="An export of this program, from here or from a command.">
          <input id="field-file" name="file" type="file" required aria-describedby="hint-file" />
        </Field>
        <Input
          name="passphrase"
          type="password"
          label="Passphrase"
          isOptional
          hint="The one it was sealed with."
        />
        <label class="switch">
          <input type="checkbox" name="replaces" value="yes" />
          Replace accounts that are here already
        </label>
        {asksForTerms === true && <Terms />}
        <DialogFoot>
          <button type="submit" class="primary">
            Import
          </button>
        </DialogFoot>
      </form>
    </DialogContent>
  );
}

/** What became of each account of a file. */
export interface Imported {
  readonly name: string;
  readonly is: ImportView['is'] | 'failed';
  readonly reason?: string | undefined;
}

const words: Readonly<Record<Imported['is'], string>> = {
  added: 'added',
  replaced: 'replaced',
  kept: 'left as it is here',
  failed: 'not imported',
};

export function ImportDone({ all }: { all: readonly Imported[] }) {
  return (
    <DialogContent title="Imported">
      <dl class="facts">
        {all.map(({ name, is, reason }) => (
          <>
            <dt>{name}</dt>
            <dd>{reason === undefined ? words[is] : `${words[is]}: ${reason}`}</dd>
          </>
        ))}
      </dl>
      <footer class="dialog-foot">
        <button type="button" class="primary" data-close-dialog autofocus>
          Done
        </button>
      </footer>
    </DialogContent>
  );
}
