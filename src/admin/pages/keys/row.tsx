/** @jsxImportSource hono/jsx */
import { roleFrom } from '../../../access/people/role.ts';
import { amountWords } from '../../amount-words.ts';
import type { KeyView } from '../../contract.ts';
import { Badge, Bar, Unseen } from '../parts/bits.tsx';
import { Moment } from '../parts/times.tsx';
import { spentDays, type KeysView } from './view.ts';
import { budgetsOf, budgetTone, budgetWords, limitWords, roleWords } from './words.ts';

interface RowProps {
  readonly client: KeyView;
  readonly view: KeysView;
  readonly isFirst: boolean;
}

/** One client key in the list. */
export function KeyRow({ client, view, isFirst }: RowProps) {
  const { id, name, state } = client;
  const isActive = state === 'active';
  return (
    <li
      id={`key-${id}`}
      class={isActive ? 'client-key' : 'client-key off'}
      data-row={isActive ? id : undefined}
      tabindex={isActive ? (isFirst ? 0 : -1) : undefined}
      aria-label={name}
    >
      <Who client={client} now={view.now} />
      <May client={client} view={view} />
      <Budgets client={client} view={view} />
      <Use client={client} view={view} />
      <div class="key-actions">{isActive && <Actions client={client} />}</div>
    </li>
  );
}

function Who({ client, now }: { client: KeyView; now: number }) {
  const { name, hint, owner, state, expiresAt, revokedAt } = client;
  const role = roleFrom(client.role);
  return (
    <div>
      <p class="account-title">
        <span class="name">{name}</span>
        {role !== undefined && (
          <Badge tone="accent" title={roleWords[role]}>
            {role}
          </Badge>
        )}
        {state === 'expired' && <Badge tone="warn">Expired</Badge>}
        {state === 'revoked' && <Badge>Revoked</Badge>}
      </p>
      <p>
        <code>{`${hint}…`}</code>
        {owner !== '' && <span class="soft">{` · ${owner}`}</span>}
      </p>
      {revokedAt !== null && (
        <p class="tiny soft">
          revoked <Moment at={revokedAt} as="ago" now={now} />
        </p>
      )}
      {state !== 'revoked' && expiresAt !== null && (
        <p class="tiny soft">
          {state === 'expired' ? 'expired ' : 'expires '}
          <Moment at={expiresAt} as={state === 'expired' ? 'ago' : 'in'} now={now} />
        </p>
      )}
    </div>
  );
}

function May({ client, view }: { client: KeyView; view: KeysView }) {
  const { models, accounts } = client;
  const names = accounts.map((one) => view.accounts.find(({ id }) => id === one)?.name ?? one);
  const limits = limitWords(client);
  return (
    <div>
      <p>{models.length === 0 ? 'every model' : models.join(', ')}</p>
      <p class="soft">{names.length === 0 ? 'on every account' : `on ${names.join(', ')}`}</p>
      {limits.length > 0 && <p class="soft">{limits.join(' · ')}</p>}
    </div>
  );
}

function Budgets({ client, view }: { client: KeyView; view: KeysView }) {
  const budgets = budgetsOf(client, view.budgets);
  if (budgets.length === 0) return <p class="soft">{client.state === 'active' ? 'none' : ''}</p>;
  return (
    <ul class="key-budgets">
      {budgets.map((budget) => {
        const words = budgetWords(budget);
        return (
          <li>
            <p>
              {words}
              {budget.isUsedUp && (
                <strong class={budget.hard ? 'bad-text' : 'warn-text'}>
                  {budget.hard ? ' used up' : ' passed'}
                </strong>
              )}
            </p>
            <Bar
              share={budget.percent / 100}
              tone={budgetTone(budget)}
              label={`${words}: ${budget.percent} %`}
            />
            <p class="tiny soft">
              begins anew <Moment at={budget.resetsAt} as="in" now={view.now} />
            </p>
          </li>
        );
      })}
    </ul>
  );
}

function Use({ client, view }: { client: KeyView; view: KeysView }) {
  const { lastUsedAt, id } = client;
  const spent = view.spent.get(id);
  return (
    <div>
      <p>
        <Unseen>Last used </Unseen>
        {lastUsedAt === null ? (
          <span class="soft">not used yet</span>
        ) : (
          <Moment at={lastUsedAt} as="ago" now={view.now} />
        )}
      </p>
      {spent !== undefined && <p class="tiny soft">{`${amountWords('usd', spent)} in ${spentDays} days`}</p>}
    </div>
  );
}

function Actions({ client: { id, name } }: { client: KeyView }) {
  const fetches = { 'hx-target': '#dialog', 'hx-swap': 'innerHTML', 'data-changes': true };
  return (
    <>
      <button type="button" hx-get={`/keys/${id}/change`} {...fetches}>
        Change<Unseen>{` ${name}`}</Unseen>
      </button>
      <button type="button" class="danger" hx-get={`/keys/${id}/revoke`} {...fetches}>
        Revoke<Unseen>{` ${name}`}</Unseen>
      </button>
    </>
  );
}
