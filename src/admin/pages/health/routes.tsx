/** @jsxImportSource hono/jsx */
import type { Hono } from 'hono';
import { GatewayError } from '../../../base/errors.ts';
import { Problem } from '../../../base/problem.ts';
import { isOwnAsking } from '../changes.ts';
import type { PageContext, PageEnv } from '../page-env.ts';
import type { Pages } from '../pages.ts';
import type { Shortcut } from '../parts/shortcuts.tsx';
import type { Sources } from '../sources.ts';
import { Checks, HealthFacts, HealthPage, NoChecks, type HealthView } from './page.tsx';

const shortcuts: readonly Shortcut[] = [{ keys: 'r', does: 'Look at everything again' }];

/** Adds the page about health. Not at `/health`: that is what load balancers ask. */
export function addHealthPages(app: Hono<PageEnv>, { answering, sources }: Pages): void {
  app.get('/doctor', async (c) =>
    answering.page(
      c,
      { title: 'Health', current: 'health', shortcuts },
      <HealthPage view={await healthView(sources)} />,
    ),
  );
  app.get('/doctor/content', async () => answering.part(<HealthFacts view={await healthView(sources)} />));
  app.get('/doctor/checks', async (c) => {
    requireOurs(c);
    try {
      // Accounts may come and go all day: a page that follows them does not keep upstreams busy.
      const isFollowing = c.req.query('follow') === 'yes';
      const { checks, clock } = sources;
      const { found, at } = await (isFollowing ? checks.follow() : checks.look());
      return await answering.part(<Checks found={found} at={at} now={clock.now()} />);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return answering.part(<NoChecks message={error.message} fix={error.fix} />);
    }
  });
}

async function healthView({ status, facts, clock }: Sources): Promise<HealthView> {
  return { status: await status(), facts: await facts(), now: clock.now() };
}

/**
 * Looking is work. It changes nothing, but a page of another site is not to have it done again and again.
 *
 * @throws GatewayError wrong_origin
 */
function requireOurs(c: PageContext): void {
  if (isOwnAsking(c.req.raw.headers)) return;
  throw new GatewayError('wrong_origin', 'Checks are asked for from the pages of this proxy only.');
}
