/** @jsxImportSource hono/jsx */
import { Hono } from 'hono';
import { Sparsely } from '../../access/people/sparsely.ts';
import { GatewayError, messageOf } from '../../base/errors.ts';
import { Problem } from '../../base/problem.ts';
import { problemStatus } from '../answers.ts';
import { addAccountPages } from './accounts/routes.tsx';
import { Answering } from './answering.tsx';
import { onBehalfOf, type Asker, type Origin } from './asker.ts';
import { assetResponse, assetsMark } from './assets.ts';
import { changeToken, checkChange, isChange, isOwnAsking } from './changes.ts';
import { emptyStream, eventStream, signedOutStream } from './events.ts';
import { addAuditPage } from './audit/routes.tsx';
import type { PageContext, PageEnv } from './page-env.ts';
import type { Pages, PagesOptions } from './pages.ts';
import { addSignIn } from './sign-in/routes.tsx';
import { addSignOut } from './sign-in/sign-out.ts';
import { addHealthPages } from './health/routes.tsx';
import { addKeyPages } from './keys/routes.tsx';
import { addPeoplePages } from './people/routes.tsx';
import { addRequestPages } from './requests/routes.tsx';
import { addSettingsPages } from './settings/routes.tsx';
import { addUsagePages } from './usage/routes.tsx';

export interface PagesApp {
  /** Answers one request, never rejects. */
  fetch(request: Request, origin: Origin): Promise<Response>;
}

/** Makes the pages; everything they show or change is handed in. */
export function pagesApp(options: PagesOptions): PagesApp {
  const pages: Pages = { ...options, answering: new Answering(options) };
  const app = new Hono<PageEnv>({ strict: false });
  const refused = new Sparsely(options.sources.clock);
  app.onError((error, c) => failure(error, c, pages));
  app.get('/assets/*', (c) => {
    const asset = assetResponse(c.req.path, c.req.header('accept-encoding'));
    if (asset === undefined) throw new GatewayError('not_found', 'There is no such file here.');
    return asset;
  });
  app.use('*', async (c, next) => {
    refuseGuests(c);
    await next();
  });
  addSignIn(app, pages);
  app.use('*', async (c, next) => {
    const known = await options.doors.whoIsAsking(c.req.raw, c.env);
    // Keys travel in environments and scripts: they are for programs, and no page is (docs/decisions/0223).
    if (known === undefined || known.asker.via === 'key') return stranger(c, pages);
    c.set('asker', known.asker);
    if (isChange(c.req.raw) && c.req.path !== '/sign-out') await letChange(c, known.asker, pages, refused);
    await onBehalfOf(known.asker, next);
    if (known.setCookie !== undefined) c.header('set-cookie', known.setCookie, { append: true });
    return undefined;
  });
  app.get('/', (c) => c.redirect('/accounts'));
  addEvents(app, pages);
  addSignOut(app, pages);
  addAccountPages(app, pages);
  addAuditPage(app, pages);
  addPeoplePages(app, pages);
  addUsagePages(app, pages);
  addRequestPages(app, pages);
  addKeyPages(app, pages);
  addSettingsPages(app, pages);
  addHealthPages(app, pages);
  app.notFound((c) =>
    pages.answering.refusal(
      c,
      404,
      'Not found',
      <Refused title="There is no such page" text="Perhaps the link is old." />,
    ),
  );
  return { fetch: async (request, origin) => app.fetch(request, origin) };
}

/** An origin that may call the API from its pages has no business at ours, not even to look. */
function refuseGuests(c: PageContext): void {
  const origin = c.req.header('origin')?.trim().toLowerCase();
  if (origin === undefined || origin === new URL(c.env.url).origin) return;
  throw new GatewayError('wrong_origin', 'Web pages of other origins may not use this page.');
}

/**
 * Who may look and not change, and tries all the same, is written down: the pages offer them nothing to try. The
 * first time, the second, the fourth …, and how often it was by then.
 */
async function letChange(c: PageContext, asker: Asker, pages: Pages, refused: Sparsely): Promise<void> {
  try {
    checkChange(c.req.raw, asker, pages.changeSecret, c.env);
  } catch (error) {
    const tries = asker.role === 'admin' ? undefined : refused.count(`${asker.via} ${asker.name}`);
    if (tries !== undefined)
      await pages.doors.audit.note(asker, { what: 'change.refused', details: { path: c.req.path, tries } });
    throw error;
  }
}

function addEvents(app: Hono<PageEnv>, { feed, changeSecret, run, sources, doors }: Pages): void {
  app.get('/api/events', (c) => {
    // The body of an answer to HEAD is dropped without an end.
    if (c.req.raw.method === 'HEAD') return emptyStream();
    const { asker } = c.var;
    const hello = { run, assets: assetsMark(), change: changeToken(changeSecret, asker) };
    const roleNow = () => doors.roleNow(asker);
    // Bodies are compared on their way while an admin looks at the requests.
    const isWatching = c.req.query('watch') === 'requests' && isOwnAsking(c.req.raw.headers);
    const looks = isWatching && asker.role === 'admin';
    const enter = looks ? sources.lookAtRequests : undefined;
    return eventStream({ feed, hello, enter, clock: sources.clock, role: asker.role, roleNow });
  });
}

/** Somebody who is not known is shown the way in, and nothing else. */
function stranger(c: PageContext, { answering }: Pages): Response | Promise<Response> {
  if (c.req.path === '/api/events') return signedOutStream();
  if (c.req.header('hx-request') !== undefined) return answering.signedOut(pageOf(c));
  if (isChange(c.req.raw)) throw new GatewayError('not_permitted', 'Sign in first.', { shouldRetry: false });
  const { pathname, search } = new URL(c.req.url);
  const query = pathname === '/' ? '' : `?to=${encodeURIComponent(pathname + search)}`;
  return c.redirect(`/sign-in${query}`, 303);
}

/** The page that asks for a part of itself. */
function pageOf(c: PageContext): string {
  const url = c.req.header('hx-current-url') ?? '';
  return URL.canParse(url) ? new URL(url).pathname + new URL(url).search : '/';
}

/** What went wrong, told where it was asked for: in the page by a message, else by a page. */
function failure(error: unknown, c: PageContext, { answering, sources }: Pages): Promise<Response> {
  const { status, message, fix } = told(error);
  if (status === 500) sources.log.error('a page failed', { path: c.req.path, reason: messageOf(error) });
  if (c.req.header('hx-request') !== undefined) return answering.failed(status, { message, fix });
  return answering.refusal(c, status, message, <Refused title={message} text={fix} />);
}

function told(error: unknown): { status: number; message: string; fix: string } {
  if (error instanceof Problem)
    return { status: problemStatus(error), message: error.message, fix: error.fix };
  if (error instanceof GatewayError) return { status: error.status, message: error.message, fix: '' };
  return { status: 500, message: 'The proxy failed.', fix: 'Its log says more.' };
}

function Refused({ title, text }: { title: string; text: string }) {
  return (
    <section class="refused">
      <h1>{title}</h1>
      <p>{text}</p>
      <p>
        <a href="/accounts">To the accounts</a>
      </p>
    </section>
  );
}
