/** @jsxImportSource hono/jsx */
import type { Problem } from '../../../base/problem.ts';
import type { Way } from '../../../config/settings-providers.ts';
import type { AccountView, SignInFlowState, SignInFlowView } from '../../contract-accounts.ts';
import { CopyBox } from '../parts/connect.tsx';
import { DialogContent } from '../parts/dialog.tsx';
import { FormProblem } from '../parts/form.tsx';
import { Icon } from '../parts/icons.tsx';
import { QrCode } from '../parts/qr.tsx';
import { Moment } from '../parts/times.tsx';

type Signed = Pick<AccountView, 'id' | 'name' | 'signIn'>;

const wayWords: Readonly<Record<Way, { title: string; hint: string }>> = {
  loopback: { title: 'In this browser', hint: 'On the machine of the proxy: nothing to copy.' },
  device: {
    title: 'On a phone or another machine',
    hint: 'A short code, or a QR code for its camera.',
  },
  paste: {
    title: 'With a code to paste',
    hint: 'In any browser; what it shows at the end is pasted here.',
  },
};

interface ChooseProps {
  readonly account: Signed;
  readonly ways: readonly Way[];
  readonly problem?: Pick<Problem, 'message' | 'fix'> | undefined;
}

/** The ways in that the provider of an account has, best first. */
export function ChooseWay({ account, ways, problem }: ChooseProps) {
  const { id, name, signIn } = account;
  return (
    <DialogContent title={`Sign in “${name}”`}>
      <FormProblem problem={problem} />
      <p class="soft">
        {`At ${signIn?.provider ?? 'its provider'}. `}
        {signIn?.isSignedIn === true
          ? 'The sign-in that is there stays in use until the new one is done.'
          : 'It takes calls as soon as that is done.'}
      </p>
      <div class="kind-cards">
        {ways.map((way, at) => (
          <button
            type="button"
            class="kind-card"
            hx-post={`/accounts/${id}/sign-in`}
            hx-vals={JSON.stringify({ way })}
            hx-target="#dialog"
            hx-swap="innerHTML"
            autofocus={at === 0}
          >
            <strong>{wayWords[way].title}</strong>
            <span>{wayWords[way].hint}</span>
          </button>
        ))}
      </div>
    </DialogContent>
  );
}

interface FlowProps {
  readonly account: Signed;
  readonly flow: SignInFlowView;
  readonly now: number;
  readonly problem?: Pick<Problem, 'message' | 'fix'> | undefined;
}

/** A sign-in that waits for a person: what to do, and how it stands. */
export function SignInFlow({ account, flow, now, problem }: FlowProps) {
  const { id, state } = flow;
  return (
    <DialogContent title={`Sign in “${account.name}”`}>
      <FormProblem problem={problem} />
      {state.is === 'needs-user' && state.do === 'open' && <Open flow={flow} url={state.url} />}
      {state.is === 'needs-user' && state.do === 'enter-code' && <EnterCode state={state} flow={flow} />}
      {flow.way === 'paste' && <Paste id={id} account={account.id} />}
      <SignInState account={account} flow={flow} now={now} />
      <footer class="dialog-foot">
        <button
          type="button"
          hx-post={`/accounts/sign-ins/${id}/cancel?account=${account.id}`}
          hx-target="#dialog"
          hx-swap="innerHTML"
        >
          Give it up
        </button>
        <button type="button" data-close-dialog>
          Close
        </button>
      </footer>
    </DialogContent>
  );
}

function Open({ flow: { provider, way }, url }: { flow: SignInFlowView; url: string }) {
  return (
    <>
      <p>
        {way === 'loopback'
          ? 'Sign in in the window that opens; it comes back here by itself.'
          : 'Sign in in any browser. At its end it shows a code, or an address that does not open: paste that here.'}
      </p>
      {isWebAddress(url) && (
        <a class="button primary" href={url} target="_blank" rel="noopener noreferrer" autofocus>
          <Icon name="open" />
          {`Open ${provider}`}
        </a>
      )}
      {way === 'paste' && <CopyBox id="sign-in-url" text={url} label="Copy the address" />}
    </>
  );
}

type Entering = Extract<SignInFlowState, { do: 'enter-code' }>;

function EnterCode({ state, flow }: { state: Entering; flow: SignInFlowView }) {
  const { code, url, completeUrl, notice } = state;
  const scanned = completeUrl ?? url;
  return (
    <div class="device">
      <QrCode text={scanned} label={`QR code that leads to ${flow.provider}`} />
      <div class="device-words">
        <p>Point a camera at the picture, or open</p>
        <p>
          {isWebAddress(url) ? (
            <a href={url} target="_blank" rel="noopener noreferrer">
              {url}
            </a>
          ) : (
            <code>{url}</code>
          )}
        </p>
        <p>and enter the code</p>
        <CopyBox id="device-code" text={code} label="Copy the code" />
        {notice !== null && <p class="hint">{`${flow.provider} says: ${notice}`}</p>}
      </div>
    </div>
  );
}

function Paste({ id, account }: { id: string; account: string }) {
  return (
    <form
      class="paste"
      hx-post={`/accounts/sign-ins/${id}/paste?account=${account}`}
      hx-target="#dialog"
      hx-swap="innerHTML"
    >
      <label for="field-text">The code, or the whole address</label>
      <input id="field-text" name="text" required autocomplete="off" spellcheck={false} data-1p-ignore />
      <button type="submit" class="primary">
        Go on
      </button>
    </form>
  );
}

/** How it stands, asked for again each second while somebody looks. */
export function SignInState({ account, flow, now }: Pick<FlowProps, 'account' | 'flow' | 'now'>) {
  const { id, state, expiresAt, warning } = flow;
  return (
    <div
      id="sign-in-state"
      class="waiting"
      hx-get={`/accounts/sign-ins/${id}?account=${account.id}`}
      hx-trigger="every 1s"
      hx-swap="outerMorph"
      role="status"
    >
      <span class="pulse" aria-hidden="true" />
      <span>
        {state.is === 'pending' ? (
          'The provider is asked for the tokens …'
        ) : (
          <>
            Waiting for you until <Moment at={expiresAt} as="clock" now={now} />.
          </>
        )}
        {warning !== null && <strong class="warn-text">{` ${warning}`}</strong>}
      </span>
    </div>
  );
}

/** An address comes from a provider: nothing but a page is opened, whatever it says. */
function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url);
}
