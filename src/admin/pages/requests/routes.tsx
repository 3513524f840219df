/** @jsxImportSource hono/jsx */
import type { Hono } from 'hono';
import { GatewayError } from '../../../base/errors.ts';
import { Problem } from '../../../base/problem.ts';
import type { Seen } from '../../../usage/reports/seen.ts';
import type { RequestView, SessionView } from '../../contract-usage.ts';
import type { PageContext, PageEnv } from '../page-env.ts';
import type { Pages } from '../pages.ts';
import { Heading } from '../parts/bits.tsx';
import { ledgerNote, ledgerNotePath } from '../parts/ledger-note.tsx';
import type { Shortcut } from '../parts/shortcuts.tsx';
import type { Sources } from '../sources.ts';
import { CallPage } from './call-page.tsx';
import { filterIn } from './filter.ts';
import { type FilterChoices, Filters } from './filters.tsx';
import { NewCalls, News, RequestList } from './list.tsx';
import { saidBody } from './said-body.ts';
import { Said } from './said.tsx';
import { AgentTree } from './tree.tsx';
import { newsView, requestsView } from './view.ts';

const shortcuts: readonly Shortcut[] = [
  { keys: '/', does: 'Look for a word' },
  { keys: '↑ ↓', does: 'Walk through the requests (or j and k)' },
  { keys: 'Enter', does: 'Everything about the request' },
  { keys: 'o', does: 'Older requests' },
];

const oneShortcuts: readonly Shortcut[] = [{ keys: 'b', does: 'Back' }];

/** Who called and was called in the last while is offered by name (ms). */
const offeredMs = 30 * 86_400_000;

/** Adds the list of requests, its parts, and the page of one. */
export function addRequestPages(app: Hono<PageEnv>, pages: Pages): void {
  const { sources, answering } = pages;
  app.get('/requests', async (c) => {
    const filter = filterIn(c.req.query());
    const before = idIn(c.req.query('before'));
    const about = { title: 'Requests', current: 'requests', shortcuts, script: 'requests.js' } as const;
    return answering.page(c, about, async () => (
      <>
        <Heading title="Requests" />
        {await ledgerNote(sources)}
        <Filters filter={filter} choices={await choicesOf(sources)} />
        <RequestList view={await requestsView(sources, filter, before)} />
      </>
    ));
  });
  app.get('/requests/list', async (c) =>
    answering.part(<RequestList view={await requestsView(sources, filterIn(c.req.query()), undefined)} />),
  );
  app.get('/requests/news', async (c) => {
    const after = idIn(c.req.query('after')) ?? 0;
    const view = await newsView(sources, filterIn(c.req.query()), after);
    return answering.part(
      <>
        <News view={view} />
        <NewCalls view={view} />
      </>,
    );
  });
  app.get(ledgerNotePath, async () => answering.part(await ledgerNote(sources)));
  addCallPages(app, pages);
}

function addCallPages(app: Hono<PageEnv>, { sources, answering }: Pages): void {
  app.get('/requests/:id{[0-9]+}', async (c) => {
    const call = await callOf(c, sources);
    const { capture } = await sources.status();
    const about = { title: 'Request', current: 'requests', shortcuts: oneShortcuts } as const;
    return answering.page(
      c,
      about,
      <CallPage
        call={call}
        session={await sessionOf(call, sources)}
        isCaptured={capture.isOn}
        now={sources.clock.now()}
      />,
    );
  });
  app.get('/requests/:id{[0-9]+}/agents', async (c) => {
    const call = await callOf(c, sources);
    const session = await sessionOf(call, sources);
    return answering.part(<AgentTree session={session} call={call} now={sources.clock.now()} />);
  });
  app.get('/requests/:id{[0-9]+}/said', async (c) => {
    const call = await callOf(c, sources);
    const captures = await sources.captures();
    const captured = await captures.find(call.requestId);
    const about = { title: 'What was said', current: 'requests', shortcuts: oneShortcuts } as const;
    sources.log.info('a captured call is shown', { request: call.requestId, by: c.var.asker.name });
    return answering.page(
      c,
      about,
      <Said
        call={call}
        captured={captured}
        request={await saidBody(captures, captured, 'request')}
        answer={await saidBody(captures, captured, 'answer')}
      />,
    );
  });
}

/** @throws GatewayError not_found */
async function callOf(c: PageContext, { reports }: Sources): Promise<RequestView> {
  const id = idIn(c.req.param('id'));
  const [call] = id === undefined ? [] : await reports.requests({ limit: 1, after: id - 1, before: id + 1 });
  if (call !== undefined) return call;
  throw new GatewayError('not_found', 'This request is not kept, or no longer.');
}

/** A session that was forgotten meanwhile has no tree. */
async function sessionOf({ session }: RequestView, { reports }: Sources): Promise<SessionView | undefined> {
  if (session === null) return undefined;
  try {
    return await reports.session(session);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

function idIn(text: string | undefined): number | undefined {
  const id = Number(text);
  return text !== undefined && Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

async function choicesOf({ seenSince, clock }: Sources): Promise<FilterChoices> {
  const { accounts, models, clients } = await seenSince(clock.now() - offeredMs);
  const named = (all: Seen['accounts']) => all.map(({ key, name }) => ({ value: key, title: name }));
  return { accounts: named(accounts), models: named(models), clients: named(clients) };
}
