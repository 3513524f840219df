/** @jsxImportSource hono/jsx */
import { type AccountKind, defaultBaseUrl } from '../../../accounts/account.ts';
import { terms } from '../../../accounts/terms.ts';
import { ownCommand } from '../../../base/own-command.ts';
import type { Problem } from '../../../base/problem.ts';
import { DialogContent, DialogFoot } from '../parts/dialog.tsx';
import { FormProblem, Input } from '../parts/form.tsx';
import { kindHints, kinds } from './kinds.tsx';
import { kindNames } from './words.ts';

/** What was typed into the form, as far as it may be shown again: never a secret. */
export interface AddTyped {
  readonly name?: string | undefined;
  readonly baseUrl?: string | undefined;
}

interface AddProps {
  readonly kind: AccountKind;
  readonly typed?: AddTyped;
  readonly problem?: Problem | undefined;
  /** The secret may be one of a consumer sign-in: it is stored after an explicit yes. */
  readonly asksForTerms?: boolean;
}

/** The dialog in which an account is added: what kind it is, then what that kind needs. */
export function AddAccount(props: AddProps) {
  const { kind } = props;
  return (
    <DialogContent title="Add an account">
      <div class="kind-choice" role="group" aria-label="Kind of the account">
        {kinds.map((one) => (
          <button
            type="button"
            aria-pressed={one === kind ? 'true' : 'false'}
            hx-get={`/accounts/add?kind=${one}`}
            hx-target="#dialog"
            hx-swap="innerHTML"
          >
            {kindNames[one]}
          </button>
        ))}
      </div>
      <p class="soft">{kindHints[kind]}</p>
      {kind === 'oauth' ? <AddSignIn /> : <AddForm {...props} />}
    </DialogContent>
  );
}

function AddForm({ kind, typed = {}, problem, asksForTerms }: AddProps) {
  return (
    <form class="form" hx-post="/accounts" hx-target="#dialog" hx-swap="innerHTML">
      <input type="hidden" name="kind" value={kind} />
      <FormProblem problem={problem} />
      <Input
        name="name"
        label="Name"
        value={typed.name}
        placeholder="work"
        isRequired
        hasFocus
        hint="Yours to choose; it can be changed later."
      />
      {kind !== 'passthrough' && (
        <Input
          name="secret"
          type="password"
          label={kind === 'token' ? 'Token' : 'Key'}
          isRequired
          hint="Kept encrypted on this machine. It can be replaced later, but never read back."
        />
      )}
      {asksForTerms === true && <Terms />}
      <Input
        name="baseUrl"
        type="url"
        label="Base URL"
        value={typed.baseUrl}
        placeholder={defaultBaseUrl}
        isOptional
        hint="Where its calls go, if not to Anthropic."
      />
      <DialogFoot>
        <button type="submit" class="primary">
          Add
        </button>
      </DialogFoot>
    </form>
  );
}

/** What somebody agrees to who stores such a token. */
export function Terms() {
  return (
    <div class="terms">
      <p>{terms.join(' ')}</p>
      <label class="switch">
        <input type="checkbox" name="acceptTerms" value="yes" required />I may use this token here. Store it.
      </label>
    </div>
  );
}

/** The place of signing in at a provider. */
function AddSignIn() {
  return (
    <div class="form">
      <p>In a terminal, with a provider of the settings file:</p>
      <div class="code">
        <pre>{`${ownCommand('auth add NAME --kind oauth --provider PROVIDER')}\n${ownCommand('auth login NAME')}`}</pre>
      </div>
    </div>
  );
}
