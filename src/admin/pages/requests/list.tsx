/** @jsxImportSource hono/jsx */
import { Empty } from '../parts/bits.tsx';
import { LivePart } from '../parts/live-part.tsx';
import { addressOf, isEmpty } from './filter.ts';
import { CallRow, RunningRow } from './row.tsx';
import { ofPage, type RequestsView } from './view.ts';

/** So many running calls are shown one by one. */
const mostRunning = 50;

/** So many calls stay on the page while new ones come. */
const mostOnPage = 2 * ofPage;

/** The calls that a filter lets through: what runs, what came last, and the way to what was before. */
export function RequestList({ view }: { view: RequestsView }) {
  const { filter, calls, before, now } = view;
  const oldest = calls.at(-1)?.id ?? 0;
  return (
    <div id="requests">
      <div class="card calls-card">
        <Heads />
        {before === undefined && <News view={view} />}
        <ol class="calls" id="calls" data-most={mostOnPage} aria-label="Requests, the newest first">
          {calls.map((call, at) => (
            <CallRow call={call} now={now} isFirst={at === 0} />
          ))}
        </ol>
        <Nothing view={view} />
      </div>
      <div class="pager">
        {before !== undefined && <a href={addressOf('/requests', filter)}>Newest</a>}
        <a
          class="button"
          id="older"
          href={addressOf('/requests', filter, { before: oldest })}
          hidden={calls.length < ofPage}
          data-key="o"
        >
          Older
        </a>
      </div>
    </div>
  );
}

/**
 * What runs, and with each time it is fetched again the calls that ended since: they are put before those that are
 * there, so that a list of any length costs a few rows.
 */
export function News({ view: { filter, running, lookedTo, now } }: { view: RequestsView }) {
  const shown = running.slice(-mostRunning).toReversed();
  return (
    <LivePart id="news" topics={['requests']} path={addressOf('/requests/news', filter, { after: lookedTo })}>
      <div
        class="running"
        id="running"
        tabindex={shown.length > 0 ? 0 : undefined}
        role="region"
        aria-label={`${running.length} running`}
      >
        <p class="running-head">
          {shown.length > 0 && <span class="pulse" aria-hidden="true" />}
          {shown.length > 0 ? `${running.length} running` : <span class="soft">None running</span>}
          {running.length > shown.length && (
            <span class="soft">{`, the last ${shown.length} of them here`}</span>
          )}
        </p>
        {shown.length > 0 && (
          <ol class="calls" aria-label="Requests that run now">
            {shown.map((call) => (
              <RunningRow call={call} now={now} />
            ))}
          </ol>
        )}
      </div>
    </LivePart>
  );
}

/** The calls since `after` take their place at the head of the list; so many that some may be missing, the whole of it. */
export function NewCalls({ view: { calls, now } }: { view: RequestsView }) {
  if (calls.length === 0) return null;
  return (
    <template
      hx
      type="partial"
      hx-target="#calls"
      hx-swap={calls.length === ofPage ? 'innerHTML' : 'afterbegin'}
    >
      {calls.map((call) => (
        <CallRow call={call} now={now} />
      ))}
    </template>
  );
}

const heads = [
  'Time',
  'Client, session',
  'Model',
  'Account',
  'Ended',
  'In',
  'Out',
  'Cost',
  'First byte',
  'Took',
];

function Heads() {
  return (
    <div class="call-head" aria-hidden="true">
      {heads.map((head) => (
        <span>{head}</span>
      ))}
    </div>
  );
}

function Nothing({ view: { filter, before } }: { view: RequestsView }) {
  if (!isEmpty(filter))
    return (
      <div class="nothing">
        <Empty title="No such request">
          <p>
            Nothing fits all of this. <a href="/requests">Show all requests</a>
          </p>
        </Empty>
      </div>
    );
  return (
    <div class="nothing">
      <Empty title={before === undefined ? 'No request yet' : 'That was the first request'}>
        <p>{before === undefined ? 'Ask Claude Code something: its request appears here by itself.' : ''}</p>
      </Empty>
    </div>
  );
}
