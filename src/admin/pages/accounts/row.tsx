/** @jsxImportSource hono/jsx */
import type { AccountView } from '../../contract-accounts.ts';
import { mayChange } from '../asker.ts';
import { Badge, Unseen } from '../parts/bits.tsx';
import { Icon } from '../parts/icons.tsx';
import { Moment } from '../parts/times.tsx';
import { Headroom } from './headroom.tsx';
import { markOf } from '../parts/marked.ts';
import { MenuButton } from './menu.tsx';
import { Name } from './name.tsx';
import { Standing } from './standing.tsx';
import type { AccountsView } from './view.ts';
import { kindNames, whoseWords } from './words.ts';

/**
 * One account in the list. Its mark tells what is in it, but for words for moments, which the browser keeps true: a
 * row of the same mark is left alone when the list is merged. Its keys are those of {@link rowActions}.
 */
export function AccountRow({ account, view }: { account: AccountView; view: AccountsView }) {
  const { id, name, enabled } = account;
  const content = <RowContent account={account} view={view} />;
  return (
    <li
      id={`account-${id}`}
      class={enabled ? 'account' : 'account off'}
      data-row={id}
      data-mark={markOf(content)}
      tabindex={view.accounts[0]?.id === id ? 0 : -1}
      aria-label={name}
    >
      {content}
    </li>
  );
}

function RowContent({ account, view }: { account: AccountView; view: AccountsView }) {
  const { id } = account;
  const { now } = view;
  const whose = whoseWords(account);
  return (
    <>
      <Place account={account} />
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
          {whose !== undefined && <span class="soft">{` · ${whose}`}</span>}
        </p>
      </div>
      <div class="account-standing">
        <Standing account={account} now={now} />
      </div>
      <div class="account-headroom">
        <Headroom windows={account.windows} now={now} />
      </div>
      <Activity account={account} sessions={view.sessions.get(id) ?? 0} now={now} />
      <MenuButton account={account} />
    </>
  );
}

/** Its priority, and where it is taken hold of. */
function Place({ account: { priority, from } }: { account: AccountView }) {
  const isMovable = from === null && mayChange();
  return (
    <span
      class="account-place"
      data-grip={isMovable ? 'true' : undefined}
      title="Priority: the lower number is taken first"
    >
      <Unseen>Priority </Unseen>
      <span class="priority">{priority}</span>
      {isMovable && <Icon name="grip" />}
    </span>
  );
}

function Activity({ account, sessions, now }: { account: AccountView; sessions: number; now: number }) {
  const { callsInFlight, lastUsedAt } = account;
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
      </p>
    </div>
  );
}
