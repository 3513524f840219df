/** @jsxImportSource hono/jsx */
import type { AccountView, FamilyRestView, SignInView } from '../../contract-accounts.ts';
import { Dot } from '../parts/bits.tsx';
import { Moment } from '../parts/times.tsx';
import { restWords, standingWord } from './words.ts';

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
  if (standing.is === 'resting') {
    const words = restWords(account, standing.reason);
    return (
      <p class="evidence" title={words}>
        {words}
      </p>
    );
  }
  if (standing.is === 'signed-out')
    return (
      <>
        <p class="evidence" title={standing.reason}>
          {standing.reason}
        </p>
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
    <span title={reason}>
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
