/** @jsxImportSource hono/jsx */
import type { AccountView } from '../../contract-accounts.ts';
import type { Problem } from '../../../base/problem.ts';
import { mayChange } from '../asker.ts';

interface NameProps {
  readonly account: Pick<AccountView, 'id' | 'name' | 'from'>;
}

/** The name of an account; pressed, it can be written anew. */
export function Name({ account: { id, name, from } }: NameProps) {
  return (
    <span id={`name-${id}`} class="name">
      {from === null && mayChange() ? (
        <button
          type="button"
          class="name-button"
          hx-get={`/accounts/${id}/rename`}
          hx-target={`#name-${id}`}
          hx-swap="outerHTML"
          data-row-key="r"
          title="Rename"
        >
          {name}
        </button>
      ) : (
        name
      )}
    </span>
  );
}

interface NameFormProps extends NameProps {
  /** What was typed, where that was refused. */
  readonly typed?: string | undefined;
  readonly problem?: Pick<Problem, 'message'> | undefined;
}

/** The name while it is written. What changes meanwhile leaves it alone; Escape puts the old name back. */
export function NameForm({ account: { id, name }, typed, problem }: NameFormProps) {
  return (
    <form
      id={`name-${id}`}
      class="name"
      hx-morph-skip
      hx-post={`/accounts/${id}/rename`}
      hx-target="this"
      hx-swap="outerHTML"
      data-cancel={`/accounts/${id}/name`}
    >
      <input
        name="name"
        value={typed ?? name}
        aria-label="Name of the account"
        aria-invalid={problem === undefined ? undefined : 'true'}
        aria-describedby={problem === undefined ? undefined : `name-problem-${id}`}
        maxlength={100}
        autofocus
        autocomplete="off"
        data-1p-ignore
      />
      {problem !== undefined && (
        <span class="name-problem" id={`name-problem-${id}`} role="alert">
          {problem.message}
        </span>
      )}
    </form>
  );
}
