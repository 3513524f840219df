/** @jsxImportSource hono/jsx */
import type { Problem } from '../../../base/problem.ts';
import type { KeyView } from '../../contract.ts';
import { DialogContent, DialogFoot } from '../parts/dialog.tsx';
import { Field, FormProblem, Input } from '../parts/form.tsx';
import { type KeyFields, periods, versionOf } from './typed.ts';
import type { BudgetFields } from './words.ts';

interface FormProps {
  readonly fields: KeyFields;
  /** The key that is changed; nothing for a new one. */
  readonly client?: KeyView | undefined;
  readonly accounts: readonly { readonly name: string }[];
  readonly problem?: Problem | undefined;
}

/** The dialog in which a client key is made or changed. */
export function KeyForm({ fields, client, accounts, problem }: FormProps) {
  const isNew = client === undefined;
  return (
    <DialogContent title={isNew ? 'Create a key' : `Change “${client.name}”`}>
      <form
        class="form"
        hx-post={isNew ? '/keys' : `/keys/${client.id}/change`}
        hx-target="#dialog"
        hx-swap="innerHTML"
      >
        <FormProblem problem={problem} />
        {client !== undefined && <input type="hidden" name="shown" value={versionOf(client)} />}
        <Whose fields={fields} isNew={isNew} />
        <May fields={fields} accounts={accounts} />
        <Limits fields={fields} />
        <RoleField role={fields.role} />
        <fieldset class="form budgets">
          <legend>Budgets</legend>
          {fields.budgets.map((budget, at) => (
            <BudgetLine budget={budget} at={at} />
          ))}
          <p class="hint">Left empty: none. Another line comes with each that is saved.</p>
        </fieldset>
        <DialogFoot>
          <button type="submit" class="primary">
            {isNew ? 'Create' : 'Save'}
          </button>
        </DialogFoot>
      </form>
    </DialogContent>
  );
}

function Whose({ fields, isNew }: { fields: KeyFields; isNew: boolean }) {
  return (
    <div class="columns">
      {isNew && (
        <Input
          name="name"
          label="Name"
          value={fields.name}
          placeholder="laptop"
          isRequired
          hasFocus
          hint="It cannot be changed later."
        />
      )}
      <Input
        name="owner"
        label="Whose it is"
        value={fields.owner}
        placeholder="ann"
        isOptional
        hasFocus={!isNew}
      />
    </div>
  );
}

function May({ fields, accounts }: Pick<FormProps, 'fields' | 'accounts'>) {
  return (
    <>
      <Input
        name="models"
        label="Models"
        value={fields.models}
        placeholder="all"
        isOptional
        hint="Patterns such as claude-sonnet-*, with commas."
      />
      <Input
        name="accounts"
        label="Accounts"
        value={fields.accounts}
        placeholder="all"
        isOptional
        hint={
          accounts.length === 0
            ? 'Names, with commas.'
            : `Names, with commas: ${accounts.map(({ name }) => name).join(', ')}.`
        }
      />
    </>
  );
}

function Limits({ fields }: Pick<FormProps, 'fields'>) {
  return (
    <div class="columns">
      <Input
        name="requestsPerMinute"
        type="number"
        label="Calls a minute"
        value={fields.requestsPerMinute}
        placeholder="no limit"
        min={1}
      />
      <Input
        name="callsAtOnce"
        type="number"
        label="Calls at once"
        value={fields.callsAtOnce}
        placeholder="no limit"
        min={1}
      />
      <Input name="expires" type="date" label="Good until" value={fields.expires} isOptional />
    </div>
  );
}

/** Programs that look, or manage, without a person: docs/decisions/0223 says how far that goes. */
function RoleField({ role }: Pick<KeyFields, 'role'>) {
  return (
    <Field
      name="role"
      label="Besides calls"
      hint="For programs that watch or manage this proxy. No key opens this page, or is told a secret."
    >
      <select id="field-role" name="role" aria-describedby="hint-role">
        <option value="" selected={role === ''}>
          nothing
        </option>
        <option value="viewer" selected={role === 'viewer'}>
          read status and metrics (viewer)
        </option>
        <option value="admin" selected={role === 'admin'}>
          change accounts and keys, too (admin)
        </option>
      </select>
    </Field>
  );
}

function BudgetLine({ budget, at }: { budget: BudgetFields; at: number }) {
  const name = `budget-${at}`;
  const which = `of budget ${at + 1}`;
  return (
    <div class="budget-line">
      <input
        name={`${name}-amount`}
        value={budget.amount}
        inputmode="decimal"
        placeholder="no budget"
        aria-label={`Amount ${which}`}
        autocomplete="off"
        data-1p-ignore
      />
      <select name={`${name}-unit`} aria-label={`Unit ${which}`}>
        <option value="usd" selected={budget.unit === 'usd'}>
          US dollars
        </option>
        <option value="tokens" selected={budget.unit === 'tokens'}>
          tokens
        </option>
      </select>
      <select name={`${name}-period`} aria-label={`Period ${which}`}>
        {periods.map((period) => (
          <option value={period} selected={period === budget.period}>
            {period}
          </option>
        ))}
      </select>
      <select name={`${name}-hard`} aria-label={`What happens beyond it, ${which}`}>
        <option value="yes" selected={budget.hard}>
          then refuse
        </option>
        <option value="no" selected={!budget.hard}>
          only warn
        </option>
      </select>
    </div>
  );
}
