/** @jsxImportSource hono/jsx */
import { Hono } from 'hono';
import { GatewayError, messageOf } from '../../base/errors.ts';
import { Problem } from '../../base/problem.ts';
import { problemStatus } from '../answers.ts';
import { addAccountPages } from './accounts/routes.tsx';
import { Answering } from './answering.tsx';
import type { Origin } from './asker.ts';
import { assetResponse, assetsMark } from './assets.ts';
import { changeToken, checkChange, isChange } from './changes.ts';
import { eventStream } from './events.ts';
import type { PageContext, PageEnv } from './page-env.ts';
import { addHealthPages } from './health/routes.tsx';
import { addKeyPages } from './keys/routes.tsx';
import type { Pages, PagesOptions } from './pages.ts';
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
  app.onError((error, c) => failure(error, c, pages));
  app.get('/assets/*', (c) => {
    const asset = assetResponse(c.req.path, c.req.header('accept-encoding'));
    if (asset === undefined) throw new GatewayError('not_found', 'There is no such file here.');
    return asset;
  });
  app.use('*', async (c, next) => {
    const asker = await options.whoIsAsking(c.req.raw, c.env);
    if (asker === undefined) return stranger(c, pages);
    c.set('asker', asker);
    if (isChange(c.req.raw)) checkChange(c.req.raw, asker, options.changeSecret);
    return next();
  });
  app.get('/', (c) => c.redirect('/accounts'));
  addEvents(app, pages);
  addAccountPages(app, pages);
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

function addEvents(app: Hono<PageEnv>, { feed, changeSecret, run, sources }: Pages): void {
  app.get('/api/events', (c) => {
    const hello = { run, assets: assetsMark(), change: changeToken(changeSecret, c.var.asker) };
    return eventStream({ feed, hello, clock: sources.clock });
  });
}

function stranger(c: PageContext, { answering }: Pages): Promise<Response> {
  const text =
    'Open it in a browser on the machine the proxy runs on, at an address such as http://localhost:8000.';
  const title = 'This page answers only on its own machine';
  return answering.refusal(c, 403, title, <Refused title={title} text={text} />);
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
