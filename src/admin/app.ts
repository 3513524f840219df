import { Hono } from 'hono';
import type { Clock } from '../base/clock.ts';
import { GatewayError, messageOf } from '../base/errors.ts';
import { Problem } from '../base/problem.ts';
import { errorResponse, json, problemResponse, text } from './answers.ts';
import type { HealthView } from './contract-health.ts';
import type { StatusView } from './contract.ts';
import type { Exposition } from '../usage/metrics/expose.ts';
import { refreshed, switched, switches } from './control-accounts.ts';
import { addControlRoutes, requireToken } from './control.ts';
import type { AdminEnv, Controls } from './controls.ts';
import { alive, healthOf, withoutDetails, type Probe } from './health.ts';
import { isPagePath } from './paths.ts';

export interface AdminOptions extends Controls {
  /** The state of the proxy right now. */
  readonly status: () => StatusView | Promise<StatusView>;
  readonly probes: readonly Probe[];
  /** The text of the metrics for who accepts this; left out where they are switched off. */
  readonly metrics?: ((accept: string | undefined) => Promise<Exposition>) | undefined;
  readonly clock: Clock;
  /** The pages, loaded when somebody opens one. */
  readonly pages: () => Promise<AdminApp>;
}

/** The health, status, metrics and control routes, and the pages. */
export interface AdminApp {
  /**
   * Answers one request, never rejects. `local`: the doors found that it comes from this machine,
   * straight and with a Host and Origin of ours.
   */
  fetch(request: Request, env: { readonly local: boolean }): Promise<Response>;
}

/** Makes the routes; everything they show or change is handed in. */
export function adminApp(options: AdminOptions): AdminApp {
  const app = adminRouter(options);
  return {
    async fetch(request, env) {
      if (isPagePath(new URL(request.url).pathname)) return (await options.pages()).fetch(request, env);
      return app.fetch(request, env);
    },
  };
}

/** The routes for programs; `openapi/` describes each of them. */
export function adminRouter(options: AdminOptions): Hono<AdminEnv> {
  const app = new Hono<AdminEnv>();
  app.onError((error) => answerTo(error, options));
  app.notFound((c) => {
    const message = `There is no ${c.req.method} ${c.req.path} here.`;
    return errorResponse(new GatewayError('not_found', message));
  });
  addHealthRoutes(app, options);
  app.use('*', async (c, next) => {
    if (!c.env.local) {
      const message = 'This answers only on the machine the proxy runs on.';
      throw new GatewayError('not_permitted', message, { shouldRetry: false });
    }
    await next();
  });
  addStatusRoutes(app, options);
  addMetricsRoute(app, options);
  addControlRoutes(app, options);
  app.get('/api/openapi.json', async () => json((await import('./openapi/document.ts')).openApiDocument()));
  return app;
}

/** `/health/live` and `/health/ready` answer anybody, load balancers above all, but explain only to this machine. */
function addHealthRoutes(app: Hono<AdminEnv>, { probes, clock }: AdminOptions): void {
  const answer = (view: HealthView, local: boolean): Response => {
    const status = view.status === 'fail' ? 503 : 200;
    return json(local ? view : withoutDetails(view), status, 'application/health+json');
  };
  app.get('/health', async (c) => answer(await healthOf(probes, clock), c.env.local));
  app.get('/health/live', (c) => answer(alive, c.env.local));
  app.get('/health/ready', async (c) => answer(await healthOf(probes, clock), c.env.local));
}

function addStatusRoutes(app: Hono<AdminEnv>, options: AdminOptions): void {
  const { management, controlToken, log } = options;
  app.get('/status', async () => json(await options.status()));
  app.get('/status/accounts', async () => json((await options.status()).accounts));
  app.get('/status/accounts/:name', async (c) => json(await management.getAccount(c.req.param('name'))));
  for (const [verb, enabled] of switches) {
    app.post(`/status/accounts/:name/${verb}`, async (c) => {
      requireToken(c, controlToken);
      return json(await switched(management, log, c.req.param('name'), enabled));
    });
  }
  app.post('/status/accounts/:name/refresh', async (c) => {
    requireToken(c, controlToken);
    return json(await refreshed(management, log, c.req.param('name')));
  });
}

function addMetricsRoute(app: Hono<AdminEnv>, { metrics }: AdminOptions): void {
  app.get('/metrics', async (c) => {
    if (metrics === undefined)
      throw new GatewayError('not_found', 'Metrics are switched off here (metrics.enabled).');
    const shown = await metrics(c.req.header('accept'));
    return text(shown.text, shown.contentType);
  });
}

function answerTo(error: unknown, { log }: AdminOptions): Response {
  if (error instanceof GatewayError) return errorResponse(error);
  if (error instanceof Problem) return problemResponse(error);
  log.error('status or control request failed', { reason: messageOf(error) });
  return errorResponse(new GatewayError('internal', 'The proxy failed; its log says more.'));
}
