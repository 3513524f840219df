/** @jsxImportSource hono/jsx */
import { type AccountKind, defaultBaseUrl } from '../../../accounts/account.ts';
import { terms } from '../../../accounts/terms.ts';
import type { Problem } from '../../../base/problem.ts';
import { filled } from '../fields.ts';
import { DialogContent, DialogFoot } from '../parts/dialog.tsx';
import { Field, FormProblem, Input } from '../parts/form.tsx';
import { kindHints, kinds } from './kinds.tsx';
import { kindNames } from './words.ts';

/** What was typed into the form, as far as it may be shown again: never a secret. */
export interface AddTyped {
  readonly name?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly provider?: string | undefined;
}

export function typedIn(fields: Readonly<Record<string, string>>): AddTyped {
  const { name, baseUrl, provider } = fields;
  return { name, baseUrl: filled(baseUrl), provider: filled(provider) };
}

interface AddProps {
  readonly kind: AccountKind;
  /** Those of the settings, for the kind that signs in. */
  readonly providers: readonly string[];
  readonly typed?: AddTyped;
  readonly problem?: Problem | undefined;
  /** The secret may be one of a consumer sign-in: it is stored after an explicit yes. */
  readonly asksForTerms?: boolean;
}

/**
 * The dialog in which an account is added: what kind it is, then what that kind needs. What was typed stays where the
 * kind is changed; a secret stays in the browser for that, and stands in no address.
 */
export function AddAccount(props: AddProps) {
  const { kind, providers } = props;
  return (
    <DialogContent title="Add an account">
      <div class="kind-choice" role="group" aria-label="Kind of the account">
        {kinds.map((one) => (
          <button
            type="button"
            aria-pressed={one === kind ? 'true' : 'false'}
            hx-get={`/accounts/add?kind=${one}`}
            hx-include="#field-name, #field-baseUrl, #field-provider"
            hx-target="#dialog"
            hx-swap="innerMorph"
          >
            {kindNames[one]}
          </button>
        ))}
      </div>
      <p class="soft">{kindHints[kind]}</p>
      {kind === 'oauth' && providers.length === 0 ? <NoProvider {...props} /> : <AddForm {...props} />}
    </DialogContent>
  );
}

function AddForm({ kind, providers, typed = {}, problem, asksForTerms }: AddProps) {
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
      {kind === 'oauth' && <ProviderField providers={providers} chosen={typed.provider} />}
      {(kind === 'api-key' || kind === 'token') && (
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
        placeholder={kind === 'oauth' ? 'as the provider says' : defaultBaseUrl}
        isOptional
        hint={
          kind === 'oauth'
            ? 'Where its calls go, if not where the provider says.'
            : 'Where its calls go, if not to Anthropic.'
        }
      />
      <DialogFoot>
        <button type="submit" class="primary">
          {kind === 'oauth' ? 'Go on to the sign-in' : 'Add'}
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

function ProviderField({ providers, chosen }: { providers: readonly string[]; chosen: string | undefined }) {
  return (
    <Field name="provider" label="Provider" hint="It signs the account in, which is the next step.">
      <select id="field-provider" name="provider" aria-describedby="hint-provider">
        {providers.map((name) => (
          <option value={name} selected={name === chosen}>
            {name}
          </option>
        ))}
      </select>
    </Field>
  );
}

/**
 * Nobody to sign in at: no client id comes with the program, so the settings have to name a provider first. What was
 * typed waits for another kind.
 */
function NoProvider({ typed = {} }: Pick<AddProps, 'typed'>) {
  return (
    <div class="form">
      <input type="hidden" id="field-name" name="name" value={typed.name} />
      <input type="hidden" id="field-baseUrl" name="baseUrl" value={typed.baseUrl} />
      <p>
        The settings name no provider yet: a gateway of your own, or an identity provider, with the client id
        it gave you.
      </p>
      <footer class="dialog-foot">
        <a class="button primary" href="/settings#section-providers">
          Add a provider in the settings
        </a>
      </footer>
    </div>
  );
}
