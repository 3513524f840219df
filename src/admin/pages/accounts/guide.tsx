/** @jsxImportSource hono/jsx */
import { product } from '../../../base/product.ts';
import { Dot } from '../parts/bits.tsx';
import { ConnectTabs } from '../parts/connect.tsx';
import { Icon } from '../parts/icons.tsx';
import { Moment } from '../parts/times.tsx';
import { connectLines } from './connect.ts';
import { kindCards } from './kinds.tsx';
import type { AccountsView } from './view.ts';

/** From nothing to the first request, step by step. It goes when somebody has seen it arrive. */
export function Guide({ view }: { view: AccountsView }) {
  const hasAccount = view.accounts.length > 0;
  return (
    <section class="guide card" aria-label="First steps">
      <Step number={1} title="Add an account" isDone={hasAccount}>
        {!hasAccount && (
          <>
            <p class="soft">
              Whatever {product.name} is to use for your calls. Its key is kept encrypted on this machine and
              is never shown again.
            </p>
            <div class="kind-cards">{kindCards()}</div>
          </>
        )}
      </Step>
      <Step
        number={2}
        title="Let Claude Code come here"
        isDone={view.lastCallAt !== null}
        isLater={!hasAccount}
      >
        <Connect view={view} />
      </Step>
      <Step
        number={3}
        title="Watch the first request arrive"
        isDone={view.lastCallAt !== null}
        isLater={!hasAccount}
      >
        <FirstCall view={view} />
      </Step>
    </section>
  );
}

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly isDone: boolean;
  readonly isLater?: boolean;
  readonly children?: unknown;
}

function Step({ number, title, isDone, isLater, children }: StepProps) {
  const state = isDone ? 'step done' : isLater === true ? 'step later' : 'step';
  return (
    <div class={state}>
      <span class="step-number" aria-hidden="true">
        {isDone ? <Icon name="check" /> : number}
      </span>
      <div class="step-content">
        <h2>{title}</h2>
        {children}
      </div>
    </div>
  );
}

/** The lines for Claude Code, for each place where they can stand. */
function Connect({ view: { url, keysRequired } }: { view: AccountsView }) {
  const lines = connectLines(url, keysRequired);
  return (
    <div class="connect" id="connect" hx-morph-skip>
      <ConnectTabs lines={lines} />
      {keysRequired && (
        <p class="soft">
          This proxy wants a client key: put one in the place of <code>YOUR-CLIENT-KEY</code>.{' '}
          <a href="/keys">Keys</a>
        </p>
      )}
    </div>
  );
}

/** The last step, which does itself. */
function FirstCall({ view: { lastCallAt, now } }: { view: AccountsView }) {
  if (lastCallAt === null)
    return (
      <p class="waiting">
        <span class="pulse" aria-hidden="true" />
        Waiting. Ask Claude Code something; its request appears here.
      </p>
    );
  return (
    <div class="arrived" role="status">
      <Dot tone="good" />
      <p>
        It works: a request came <Moment at={lastCallAt} as="ago" now={now} />.
      </p>
      <a class="button" href="/accounts">
        Done
      </a>
    </div>
  );
}
