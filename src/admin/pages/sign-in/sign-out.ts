import type { Hono } from 'hono';
import { changeToken, checkPage } from '../changes.ts';
import type { PageEnv } from '../page-env.ts';
import type { Pages } from '../pages.ts';

/** `POST /sign-out`: here, or with `?everywhere=yes` in every browser of the same person. Viewers may, too. */
export function addSignOut(app: Hono<PageEnv>, { answering, changeSecret, doors }: Pages): void {
  app.post('/sign-out', async (c) => {
    const { asker } = c.var;
    checkPage(c.req.raw, changeToken(changeSecret, asker), c.env);
    const setCookies = await doors.desk.signOut(asker, c.env, c.req.query('everywhere') === 'yes');
    return answering.goTo('/sign-in', setCookies);
  });
}
