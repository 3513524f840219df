/** @jsxImportSource hono/jsx */
import { leastPasswordLetters } from '../../../access/people/passwords.ts';
import type { Role } from '../../../access/people/role.ts';
import type { Problem } from '../../../base/problem.ts';
import type { PersonView } from '../../contract-people.ts';
import { DialogContent, DialogFoot } from '../parts/dialog.tsx';
import { Field, FormProblem, Input } from '../parts/form.tsx';
import { isAsker } from './page.tsx';

type Told = Pick<Problem, 'message' | 'fix'> | undefined;

interface AddProps {
  readonly name?: string;
  readonly role?: Role;
  readonly problem?: Told;
}

/** The dialog in which somebody gets a password. Who is to look is the smaller mistake, so that is chosen. */
export function AddPerson({ name, role = 'viewer', problem }: AddProps) {
  return (
    <DialogContent title="Add somebody">
      <form class="form" hx-post="/people" hx-target="#dialog" hx-swap="innerHTML">
        <FormProblem problem={problem} />
        <Input name="name" label="Name" value={name} placeholder="ann" isRequired hasFocus />
        <RoleField role={role} />
        <PasswordFields label="Password" hint={passwordHint} isRequired />
        <Submit>Add</Submit>
      </form>
    </DialogContent>
  );
}

const passwordHint = `At least ${leastPasswordLetters} characters; several words are easy to remember. It is kept as a hash, and can be read by nobody.`;

/** The dialog in which somebody gets another role, another password, or both. */
export function ChangePerson({
  person,
  role = person.role,
  shown = person.role,
  problem,
}: {
  person: PersonView;
  role?: Role;
  /** What it was when somebody began to fill the form. */
  shown?: Role;
  problem?: Told;
}) {
  const { id, name } = person;
  return (
    <DialogContent title={`Change “${name}”`}>
      <form class="form" hx-post="/people/change" hx-target="#dialog" hx-swap="innerHTML">
        <FormProblem problem={problem} />
        <input type="hidden" name="id" value={id} />
        <input type="hidden" name="shown" value={shown} />
        <RoleField role={role} hasFocus />
        <PasswordFields
          label="New password"
          hint={
            isAsker(person)
              ? 'Left empty: it stays. A new one signs you out everywhere, here too.'
              : 'Left empty: it stays. Whoever is signed in with the old one no longer is.'
          }
        />
        <Submit>Save</Submit>
      </form>
    </DialogContent>
  );
}

/** A password, twice: nobody sees what they type. */
function PasswordFields({
  label,
  hint,
  isRequired = false,
}: {
  label: string;
  hint: string;
  isRequired?: boolean;
}) {
  const both = { type: 'password', isRequired, isOptional: !isRequired } as const;
  return (
    <>
      <Input name="password" label={label} hint={hint} {...both} />
      <Input name="again" label="The same again" {...both} />
    </>
  );
}

function Submit({ children }: { children: string }) {
  return (
    <DialogFoot>
      <button type="submit" class="primary">
        {children}
      </button>
    </DialogFoot>
  );
}

function RoleField({ role, hasFocus }: { role: Role; hasFocus?: boolean }) {
  return (
    <Field name="role" label="May">
      <select id="field-role" name="role" autofocus={hasFocus}>
        <option value="viewer" selected={role === 'viewer'}>
          look, and change nothing (viewer)
        </option>
        <option value="admin" selected={role === 'admin'}>
          change everything (admin)
        </option>
      </select>
    </Field>
  );
}

/** Asks before somebody is shut out. */
export function RemovePerson({ person, problem }: { person: PersonView; problem?: Told }) {
  const { id, name } = person;
  return (
    <DialogContent title={`Remove “${name}”?`}>
      <form class="form" hx-post="/people/remove" hx-target="#dialog" hx-swap="innerHTML">
        <FormProblem problem={problem} />
        <input type="hidden" name="id" value={id} />
        <p>
          {isAsker(person)
            ? 'That is you: your password is gone then, and you are signed out.'
            : 'The password is gone then, and every browser in which they are signed in is signed out.'}
        </p>
        <footer class="dialog-foot">
          <button type="button" data-close-dialog autofocus>
            Cancel
          </button>
          <button type="submit" class="danger">
            Remove
          </button>
        </footer>
      </form>
    </DialogContent>
  );
}

/** Asks before everybody is signed out, whoever asks among them. */
export function SignOutAll() {
  return (
    <DialogContent title="Sign everybody out?">
      <p>
        Every sign-in ends, in every browser: with passwords, links and providers, and yours as well. Nobody
        loses anything; each can sign in again.
      </p>
      <footer class="dialog-foot">
        <button type="button" data-close-dialog autofocus>
          Cancel
        </button>
        <button
          type="button"
          class="danger"
          hx-post="/people/sign-out"
          hx-vals={JSON.stringify({ everybody: 'yes' })}
          hx-swap="none"
        >
          Sign out
        </button>
      </footer>
    </DialogContent>
  );
}
