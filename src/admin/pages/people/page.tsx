/** @jsxImportSource hono/jsx */
import { ownCommand } from '../../../base/own-command.ts';
import type { PersonView } from '../../contract-people.ts';
import { mayChange, whoAsks } from '../asker.ts';
import { Badge, Empty, Heading, Unseen } from '../parts/bits.tsx';
import { Icon } from '../parts/icons.tsx';
import { LivePart } from '../parts/live-part.tsx';
import { markOf } from '../parts/marked.ts';
import type { Shortcut } from '../parts/shortcuts.tsx';
import { Moment } from '../parts/times.tsx';
import type { PeopleView } from './view.ts';

export const peopleShortcuts: readonly Shortcut[] = [
  { keys: 'n', does: 'Give somebody a password' },
  { keys: '↑ ↓', does: 'Walk through the people (or j and k)' },
  { keys: 'Enter', does: 'Role and password' },
  { keys: 'Del', does: 'Take the password away' },
];

/** Keys that do something with the person who has the focus; `client/keys.ts` presses them. */
const rowActions = {
  Enter: { path: '/people/change?name=:id', reads: true },
  Delete: { path: '/people/remove?name=:id', reads: true },
} as const;

const into = { 'hx-target': '#dialog', 'hx-swap': 'innerHTML', 'data-changes': true };

/** Who comes in at this page, and what each may do. */
export function PeoplePage({ view }: { view: PeopleView }) {
  return (
    <>
      <Heading title="People">
        <div class="heading-actions" data-changes>
          <button type="button" hx-get="/people/sign-out" {...into}>
            Sign everybody out …
          </button>
          <button
            type="button"
            class="primary"
            hx-get="/people/add"
            data-key={mayChange() ? 'n' : undefined}
            {...into}
          >
            <Icon name="plus" />
            Add somebody
          </button>
        </div>
      </Heading>
      <PeopleContent view={view} />
    </>
  );
}

export function PeopleContent({ view }: { view: PeopleView }) {
  const { people } = view;
  return (
    <LivePart id="people" topics={['people', 'settings']} path="/people/content">
      {people.length === 0 ? (
        <Empty title="Nobody has a password">
          <p>
            Whoever sits at the machine of the proxy needs none, and <code>{ownCommand('ui')}</code> makes a
            link that signs in once. A password lets somebody in from elsewhere, as an admin or to look.
          </p>
          <button type="button" hx-get="/people/add" {...into}>
            Give somebody a password
          </button>
        </Empty>
      ) : (
        <List view={view} />
      )}
      <ByProvider view={view} />
    </LivePart>
  );
}

function List({ view: { people, now } }: { view: PeopleView }) {
  return (
    <div class="card">
      <div class="person-head" aria-hidden="true">
        <span>Name</span>
        <span>May</span>
        <span>Signed in</span>
        <span>Password set</span>
        <span />
      </div>
      <ul
        class="people"
        aria-label="People with a password"
        data-row-actions={mayChange() ? JSON.stringify(rowActions) : undefined}
      >
        {people.map((person, at) => (
          <PersonRow person={person} now={now} isFirst={at === 0} />
        ))}
      </ul>
    </div>
  );
}

interface RowProps {
  readonly person: PersonView;
  readonly now: number;
  readonly isFirst: boolean;
}

/** Names may hold anything: in addresses and ids they stand encoded. */
function PersonRow({ person, now, isFirst }: RowProps) {
  const { name } = person;
  const key = encodeURIComponent(name);
  const content = <RowContent person={person} now={now} />;
  return (
    <li
      id={`person-${key}`}
      class="person"
      data-row={key}
      data-mark={markOf(content)}
      tabindex={isFirst ? 0 : -1}
      aria-label={name}
    >
      {content}
    </li>
  );
}

function RowContent({ person, now }: Pick<RowProps, 'person' | 'now'>) {
  const { name, role, sessions, passwordAt } = person;
  return (
    <>
      <p class="account-title">
        <span class="name">{name}</span>
        {isAsker(person) && <Badge tone="accent">You</Badge>}
      </p>
      <p>{role === 'admin' ? 'change everything' : <span class="soft">look, and change nothing</span>}</p>
      <p>
        {sessions === 0 ? (
          <span class="soft">not signed in</span>
        ) : (
          `in ${sessions} ${sessions === 1 ? 'browser' : 'browsers'}`
        )}
      </p>
      <p class="soft">
        <Unseen>Password set </Unseen>
        <Moment at={passwordAt} as="ago" now={now} />
      </p>
      <Actions person={person} />
    </>
  );
}

function Actions({ person: { name, sessions } }: { person: PersonView }) {
  const query = new URLSearchParams({ name }).toString();
  return (
    <div class="person-actions">
      {sessions > 0 && (
        <button type="button" hx-post="/people/sign-out" hx-vals={JSON.stringify({ name })} hx-swap="none">
          Sign out<Unseen>{` ${name}`}</Unseen>
        </button>
      )}
      <button type="button" hx-get={`/people/change?${query}`} {...into}>
        Change<Unseen>{` ${name}`}</Unseen>
      </button>
      <button type="button" class="danger" hx-get={`/people/remove?${query}`} {...into}>
        Remove<Unseen>{` ${name}`}</Unseen>
      </button>
    </div>
  );
}

export function isAsker({ name }: Pick<PersonView, 'name'>): boolean {
  const asker = whoAsks();
  return asker?.via === 'password' && asker.name === name;
}

/** Those whom the settings let in; they have no password here. */
function ByProvider({ view: { providers, admins, viewers } }: { view: PeopleView }) {
  if (providers.length === 0)
    return (
      <p class="hint people-hint">
        People can sign in with a provider, too: <a href="/settings#section-admin">admin.providers</a> in the
        settings.
      </p>
    );
  return (
    <section class="card card-section" aria-labelledby="by-provider-title">
      <h2 id="by-provider-title">{`By provider: ${providers.join(', ')}`}</h2>
      <dl class="facts">
        <dt>Admins</dt>
        <dd>{admins.length === 0 ? 'nobody' : admins.join(', ')}</dd>
        <dt>Viewers</dt>
        <dd>{viewers.length === 0 ? 'nobody' : viewers.join(', ')}</dd>
      </dl>
      <p class="hint">
        Changed in the <a href="/settings#section-admin">settings</a>. Whoever is taken out there is shut out
        within seconds.
      </p>
    </section>
  );
}
