/** @jsxImportSource hono/jsx */
import type { AccountView } from '../../contract-accounts.ts';
import type { Problem } from '../../../base/problem.ts';
import { mayChange } from '../asker.ts';
import { DialogContent, DialogFoot } from '../parts/dialog.tsx';
import { FormProblem, Input } from '../parts/form.tsx';
import { LivePart } from '../parts/live-part.tsx';
import { Moment } from '../parts/times.tsx';
import { WindowLine } from './headroom.tsx';
import { Standing } from './standing.tsx';
import { Terms } from './add.tsx';
import { kindNames, tightestFirst } from './words.ts';

/** Everything that is known of an account, and what of it can be changed. */
export function Details({
  account,
  now,
  problem,
}: {
  account: AccountView;
  now: number;
  problem?: Problem | undefined;
}) {
  const { name, from } = account;
  return (
    <DialogContent title={name}>
      <KnownNow account={account} now={now} />
      {from !== null && <p class="soft">It stands in {from}: change it there.</p>}
      {from === null && mayChange() && <SettingsForm account={account} problem={problem} />}
    </DialogContent>
  );
}

/** What is known of it, true as long as somebody looks; what is typed below it stays. */
export function KnownNow({ account, now }: { account: AccountView; now: number }) {
  const known = tightestFirst(account.windows);
  return (
    <LivePart
      id="known-now"
      topics={['accounts']}
      path={`/accounts/${account.id}/known`}
      class="details-known"
    >
      <div class="details-standing">
        <Standing account={account} now={now} />
      </div>
      {known.length > 0 && (
        <ul class="windows all">
          {known.map((window) => (
            <WindowLine window={window} now={now} />
          ))}
        </ul>
      )}
      <Facts account={account} now={now} />
    </LivePart>
  );
}

function Facts({ account, now }: { account: AccountView; now: number }) {
  const { kind, signIn, served, createdAt, lastUsedAt, id, proxy, extraCa } = account;
  return (
    <dl class="facts">
      <dt>Kind</dt>
      <dd>{kindNames[kind]}</dd>
      {signIn !== null && (
        <>
          <dt>Provider</dt>
          <dd>{signIn.label === null ? signIn.provider : `${signIn.provider}, as ${signIn.label}`}</dd>
        </>
      )}
      {signIn !== null && signIn.nextRefreshAt !== null && (
        <>
          <dt>Token</dt>
          <dd>
            renewed again <Moment at={signIn.nextRefreshAt} as="in" now={now} />
          </dd>
        </>
      )}
      <dt>Served</dt>
      <dd>{`${served} since the proxy started`}</dd>
      <dt>Last used</dt>
      <dd>{lastUsedAt === null ? 'not yet' : <Moment at={lastUsedAt} as="ago" now={now} />}</dd>
      <dt>Added</dt>
      <dd>
        <Moment at={createdAt} as="clock" now={now} />
      </dd>
      {proxy !== null && (
        <>
          <dt>Outbound proxy</dt>
          <dd>{proxy}</dd>
        </>
      )}
      {extraCa.length > 0 && (
        <>
          <dt>Trusts also</dt>
          <dd>{extraCa.map(({ subject }) => subject).join('; ')}</dd>
        </>
      )}
      <dt>Id</dt>
      <dd>
        <code>{id}</code>
      </dd>
    </dl>
  );
}

function SettingsForm({ account, problem }: { account: AccountView; problem: Problem | undefined }) {
  const { id, priority, weight, maxConcurrent, baseUrl, models, notes } = account;
  return (
    <form class="form" hx-post={`/accounts/${id}/settings`} hx-target="#dialog" hx-swap="innerHTML">
      <FormProblem problem={problem} />
      <div class="columns">
        <Input
          name="priority"
          type="number"
          label="Priority"
          value={priority}
          min={0}
          max={1000}
          isRequired
          hint="Lower comes first."
        />
        <Input
          name="weight"
          type="number"
          label="Weight"
          value={weight}
          min={1}
          isRequired
          hint="Its share among equals."
        />
        <Input
          name="maxConcurrent"
          type="number"
          label="Calls at once"
          value={maxConcurrent ?? ''}
          min={1}
          placeholder="no limit"
        />
      </div>
      <Input
        name="models"
        label="Models"
        value={models.join(', ')}
        placeholder="all"
        isOptional
        hint="Patterns such as claude-opus-*, with commas."
      />
      <Input name="baseUrl" type="url" label="Base URL" value={baseUrl} isRequired />
      <Input name="notes" label="Notes" value={notes} isOptional />
      <DialogFoot>
        <button type="submit" class="primary">
          Save
        </button>
      </DialogFoot>
    </form>
  );
}

interface SecretProps {
  readonly account: AccountView;
  readonly problem?: Problem | undefined;
  readonly asksForTerms?: boolean;
}

/** A new secret for an account that is there. The old one is not shown: nobody can. */
export function NewSecret({ account: { id, name, kind }, problem, asksForTerms }: SecretProps) {
  const what = kind === 'token' ? 'token' : 'key';
  return (
    <DialogContent title={`New ${what} for ${name}`}>
      <form class="form" hx-post={`/accounts/${id}/secret`} hx-target="#dialog" hx-swap="innerHTML">
        <FormProblem problem={problem} />
        <Input
          name="secret"
          type="password"
          label={`New ${what}`}
          isRequired
          hasFocus
          hint="It takes the place of the old one at once; calls that are running end with the old one."
        />
        {asksForTerms === true && <Terms />}
        <DialogFoot>
          <button type="submit" class="primary">
            Replace
          </button>
        </DialogFoot>
      </form>
    </DialogContent>
  );
}
