/** @jsxImportSource hono/jsx */
import type { Child, PropsWithChildren } from 'hono/jsx';
import type { Problem } from '../../../base/problem.ts';

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: Child;
  readonly isOptional?: boolean;
}

/** A label, what is typed or chosen below it, and a hint. */
export function Field({ name, label, hint, isOptional, children }: PropsWithChildren<FieldProps>) {
  return (
    <div class="field">
      <label for={`field-${name}`}>
        {label}
        {isOptional === true && <span class="optional">optional</span>}
      </label>
      {children}
      {hint !== undefined && (
        <p class="hint" id={`hint-${name}`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface InputProps extends FieldProps {
  readonly value?: string | number | undefined;
  readonly type?: 'text' | 'password' | 'number' | 'url' | 'date';
  readonly placeholder?: string;
  readonly isRequired?: boolean;
  readonly hasFocus?: boolean;
  readonly min?: number;
  readonly max?: number;
}

/** One line to type. A secret is never filled in: it can be written here, not read. */
export function Input({
  value,
  type = 'text',
  placeholder,
  isRequired,
  hasFocus,
  min,
  max,
  ...field
}: InputProps) {
  const { name, hint } = field;
  return (
    <Field {...field}>
      <input
        id={`field-${name}`}
        name={name}
        type={type}
        value={type === 'password' ? undefined : value}
        placeholder={placeholder}
        required={isRequired}
        autofocus={hasFocus}
        min={min}
        max={max}
        aria-describedby={hint === undefined ? undefined : `hint-${name}`}
        autocomplete={type === 'password' ? 'new-password' : 'off'}
        data-1p-ignore
      />
    </Field>
  );
}

/** Why what was sent came to nothing. */
export function FormProblem({ problem }: { problem: Pick<Problem, 'message' | 'fix'> | undefined }) {
  if (problem === undefined) return null;
  return (
    <div class="form-problem" role="alert">
      <strong>{problem.message}</strong>
      <p>{problem.fix}</p>
    </div>
  );
}
