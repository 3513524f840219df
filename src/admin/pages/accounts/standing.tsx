/** @jsxImportSource hono/jsx */
import type { AccountView, EvidenceView, FamilyRestView, SignInView } from '../../contract-accounts.ts';
import { Dot } from '../parts/bits.tsx';
import { Moment } from '../parts/times.tsx';
import { sentence, standingWord } from './words.ts';

/** Where an account stands, and how that is known. */
export function Standing({ account, now }: { account: AccountView; now: number }) {
  const { word, tone } = standingWord(account);
  return (
    <>
      <p class={`standing ${tone}`}>
        <Dot tone={tone} />
        <span>{word}</span>
        <Until account={account} now={now} />
      </p>
      <Evidence account={account} now={now} />
    </>
  );
}

function Until({ account: { standing }, now }: { account: AccountView; now: number }) {
  if (standing.is !== 'resting') return null;
  return (
    <span class="soft">
      until {standing.isGuess && 'about '}
      <Moment at={standing.until} as="clock" now={now} />
    </span>
  );
}

function Evidence({ account, now }: { account: AccountView; now: number }) {
  const { standing, familyRests, isAvoided, signIn } = account;
  if (standing.is === 'switched-off') return null;
  if (standing.is === 'resting')
    return (
      <>
        <Reason {...standing} />
        <AskedEarly at={standing.askedEarlyAt} now={now} />
      </>
    );
  if (standing.is === 'signed-out')
    return (
      <>
        <Reason {...standing} />
        <WayBack account={account} />
      </>
    );
  if (isAvoided) return <p class="evidence">Its upstream struggled a moment ago: others are taken first</p>;
  if (familyRests.length > 0)
    return (
      <p class="evidence">
        {familyRests.map((rest) => (
          <FamilyRest rest={rest} now={now} />
        ))}
      </p>
    );
  return signIn === null ? null : <TokenLife signIn={signIn} now={now} />;
}

/** Why, and which header or member of the body said so; its value is in the tip. */
function Reason({ reason, evidence }: { reason: string; evidence: EvidenceView | null }) {
  if (evidence === null)
    return (
      <p class="evidence" title={reason}>
        {sentence(reason)}
      </p>
    );
  return (
    <p class="evidence" title={`${reason}; ${evidence.name}: ${evidence.value}`}>
      {sentence(reason)}, said by <code>{evidence.name}</code>
    </p>
  );
}

/** That a call has found out, before the end that the upstream named, that the limit still holds. */
function AskedEarly({ at, now }: { at: string | null; now: number }) {
  if (at === null) return null;
  return (
    <p class="evidence">
      Asked again early at <Moment at={at} as="clock" now={now} />
    </p>
  );
}

/** What makes an account that is signed out good again. */
function WayBack({ account: { id, kind, from } }: { account: AccountView }) {
  if (from !== null || kind === 'passthrough') return null;
  const [path, words] =
    kind === 'oauth'
      ? ['sign-in', 'Sign in again']
      : ['secret', kind === 'token' ? 'Give it a new token' : 'Give it a new key'];
  return (
    <p class="evidence">
      <button
        type="button"
        class="link"
        hx-get={`/accounts/${id}/${path}`}
        hx-target="#dialog"
        hx-swap="innerHTML"
      >
        {words}
      </button>
    </p>
  );
}

function FamilyRest({ rest: { family, until, reason }, now }: { rest: FamilyRestView; now: number }) {
  return (
    <span title={sentence(reason)}>
      {family} rests until <Moment at={until} as="clock" now={now} />{' '}
    </span>
  );
}

function TokenLife({ signIn, now }: { signIn: SignInView; now: number }) {
  if (signIn.lastFailure !== null)
    return (
      <p class="evidence warn-text" title={signIn.lastFailure.reason}>
        Token not renewed: {signIn.lastFailure.reason}
      </p>
    );
  if (signIn.expiresAt === null) return null;
  const isOver = Date.parse(signIn.expiresAt) <= now;
  return (
    <p class="evidence">
      {isOver ? 'Token expired ' : 'Token expires '}
      <Moment at={signIn.expiresAt} as={isOver ? 'ago' : 'in'} now={now} />
    </p>
  );
}
