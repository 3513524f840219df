import type { AccountView } from '../../contract-accounts.ts';
import { Badge, Unseen } from '../parts/bits.tsx';
import { Icon } from '../parts/icons.tsx';
import { Moment } from '../parts/times.tsx';
import { Headroom } from './headroom.tsx';
import { AccountMenu } from './menu.tsx';
import { Name } from './name.tsx';
import { Standing } from './standing.tsx';
import type { AccountsView } from './view.ts';
import { hostOf, kindNames } from './words.ts';

/** One account in the list. Its keys press the buttons that are in it: `client/keys.ts`. */
export function AccountRow({ account, view }: { account: AccountView; view: AccountsView }) {
  const { id, name, enabled } = account;
  const { now } = view;
  return (
    <li
      id={`account-${id}`}
      class={enabled ? 'account' : 'account off'}
      data-row={id}
      tabindex={view.accounts[0]?.id === id ? 0 : -1}
      aria-label={name}
    >
      <span class="account-grip" data-grip title="Drag to change the order">
        <Icon name="grip" />
      </span>
      <div class="account-who">
        <p class="account-title">
          <Name account={account} />
          {view.nextId === id && (
            <Badge tone="accent" title="A new session would get this account">
              Next
            </Badge>
          )}
          {account.from !== null && <Badge title={account.from}>From a file</Badge>}
        </p>
        <p class="account-kind">
          {kindNames[account.kind]}
          <span class="soft"> · {account.signIn?.label ?? hostOf(account.baseUrl)}</span>
        </p>
      </div>
      <div class="account-standing">
        <Standing account={account} now={now} />
      </div>
      <div class="account-headroom">
        <Headroom windows={account.windows} now={now} />
      </div>
      <Activity account={account} sessions={view.sessions.get(id) ?? 0} now={now} />
      <AccountMenu account={account} view={view} />
    </li>
  );
}

function Activity({ account, sessions, now }: { account: AccountView; sessions: number; now: number }) {
  const { callsInFlight, lastUsedAt, priority } = account;
  const held = sessions === 1 ? '1 session' : `${sessions} sessions`;
  return (
    <div class="account-activity">
      <p>
        {callsInFlight > 0 && <span class="in-flight">{`${callsInFlight} in flight`}</span>}
        {callsInFlight > 0 && sessions > 0 && <span class="soft"> · </span>}
        {sessions > 0 && <span>{held}</span>}
        {callsInFlight === 0 && sessions === 0 && <span class="soft">Idle</span>}
      </p>
      <p class="soft">
        <Unseen>Last used </Unseen>
        {lastUsedAt === null ? 'not used yet' : <Moment at={lastUsedAt} as="ago" now={now} />}
        <span title="The lower number is taken first">{` · priority ${priority}`}</span>
      </p>
    </div>
  );
}
