/** @jsxImportSource hono/jsx */
import { ownCommand } from '../../../base/own-command.ts';
import { product } from '../../../base/product.ts';
import { assetPath } from '../assets.ts';
import { FormProblem } from '../parts/form.tsx';

/** Why somebody was not let in, and what to do about it. */
interface Refusal {
  readonly title: string;
  readonly fix: string;
}

interface SignInView {
  /** Whether anybody has a password. */
  readonly password: boolean;
  readonly providers: readonly string[];
  /** Where the person wanted to go. */
  readonly to: string;
  /** Whether a password may travel under this address. */
  readonly isSafe: boolean;
}

/** The way in: password, providers, and what a one-time link is. */
export function SignInPage({ view }: { view: SignInView }) {
  const { password, providers, to, isSafe } = view;
  return (
    <section class="sign-in card">
      <Brand />
      <h1>Sign in</h1>
      {isSafe ? (
        <>
          {password && <SignInForm to={to} />}
          {providers.map((provider) => (
            <ProviderForm provider={provider} to={to} isFirst={!password} />
          ))}
          <Arriving what="link" path="/sign-in/link" isHidden />
          <Help hasWays={password || providers.length > 0} />
        </>
      ) : (
        <p class="hint">
          Nobody can sign in over this address, as others could read along. Use https: set server.public_url
          with a reverse proxy, or server.tls_cert.
        </p>
      )}
    </section>
  );
}

function Brand() {
  return (
    <p class="sign-in-brand">
      <img src={assetPath('mark.svg')} alt="" width="28" height="28" />
      <span>{product.name}</span>
    </p>
  );
}

interface FormProps {
  readonly to: string;
  readonly name?: string;
  readonly problem?: Refusal;
}

/** Name and password. What was typed as a password is not sent back. */
export function SignInForm({ to, name = '', problem }: FormProps) {
  return (
    <form id="sign-in-form" hx-post="/sign-in" hx-target="this" hx-swap="outerHTML">
      {problem !== undefined && <FormProblem problem={{ message: problem.title, fix: problem.fix }} />}
      <input type="hidden" name="to" value={to} />
      <div class="field">
        <label for="field-name">Name</label>
        <input
          id="field-name"
          name="name"
          value={name}
          required
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          maxlength={100}
          autofocus={name === ''}
        />
      </div>
      <div class="field">
        <label for="field-password">Password</label>
        <input
          id="field-password"
          name="password"
          type="password"
          required
          autocomplete="current-password"
          maxlength={1000}
          autofocus={name !== ''}
        />
      </div>
      <button type="submit" class="primary">
        Sign in
      </button>
    </form>
  );
}

function ProviderForm({ provider, to, isFirst }: { provider: string; to: string; isFirst: boolean }) {
  return (
    <form hx-post="/sign-in/provider" hx-swap="none">
      <input type="hidden" name="provider" value={provider} />
      <input type="hidden" name="to" value={to} />
      <button type="submit" class={isFirst ? 'primary' : undefined}>
        {`Sign in with ${provider}`}
      </button>
    </form>
  );
}

function Help({ hasWays }: { hasWays: boolean }) {
  return (
    <p class="hint">
      {hasWays ? 'Or on the machine the proxy runs on: ' : 'On the machine the proxy runs on: '}
      <code>{ownCommand('ui')}</code>
      {' makes a link that signs in once'}
      {hasWays ? '.' : ', and '}
      {!hasWays && <code>{ownCommand('admin password')}</code>}
      {!hasWays && ' sets a password.'}
    </p>
  );
}

interface ArrivingProps {
  readonly what: 'link' | 'answer';
  readonly path: string;
  /** What came in the address; a link's is read by the browser alone (`client/sign-in.ts`). */
  readonly value?: string;
  readonly isHidden?: boolean;
  readonly problem?: Refusal;
}

/** Somebody has come with something in the address that signs in: it is sent on by itself. */
export function Arriving({ what, path, value = '', isHidden, problem }: ArrivingProps) {
  const id = `arriving-${what}`;
  if (problem !== undefined)
    return (
      <section id={id} class="sign-in card">
        <Brand />
        <FormProblem problem={{ message: problem.title, fix: problem.fix }} />
        <p>
          <a href="/sign-in">To the sign-in</a>
        </p>
      </section>
    );
  return (
    <form
      id={id}
      class={isHidden === true ? undefined : 'sign-in card'}
      hidden={isHidden}
      data-arriving={what}
      hx-post={path}
      hx-target={isHidden === true ? 'closest .sign-in' : 'this'}
      hx-swap="outerHTML"
    >
      <input type="hidden" name={what} value={value} />
      <h1>Signing in …</h1>
    </form>
  );
}
