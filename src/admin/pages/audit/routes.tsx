/** @jsxImportSource hono/jsx */
import type { Hono } from 'hono';
import type { AuditAsk } from '../../../access/people/audit.ts';
import { changeView } from '../../people.ts';
import type { PageContext, PageEnv } from '../page-env.ts';
import type { Pages } from '../pages.ts';
import { ChangesContent, ChangesPage, changesAtOnce } from './page.tsx';

/** Adds the page of the changes: who did what, when and from where. */
export function addAuditPage(app: Hono<PageEnv>, { answering, doors, sources }: Pages): void {
  const view = async (c: PageContext) => {
    const ask = askOf(c);
    // One more than is shown tells whether there are further ones.
    const found = await doors.audit.list({ ...ask, limit: changesAtOnce + 1 });
    return { changes: found.map(changeView), ask, now: sources.clock.now() };
  };
  app.get('/changes', async (c) =>
    answering.page(c, { title: 'Changes', current: 'settings' }, <ChangesPage view={await view(c)} />),
  );
  app.get('/changes/content', async (c) => answering.part(<ChangesContent view={await view(c)} />));
}

const areas = new Set(['account', 'key', 'person', 'sign', 'vault', 'settings']);

function askOf(c: PageContext): Pick<AuditAsk, 'before' | 'what'> {
  const { before, what } = c.req.query();
  return {
    before: before !== undefined && /^[0-9a-zA-Z]{1,40}$/.test(before) ? before : undefined,
    what: what !== undefined && areas.has(what) ? what : undefined,
  };
}
