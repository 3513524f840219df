import type { Context, Hono } from 'hono';
import * as z from 'zod';
import type { ClientKeyDraft } from '../access/key-draft.ts';
import { GatewayError } from '../base/errors.ts';
import { product } from '../base/product.ts';
import type { Secret } from '../base/secret.ts';
import { json, readBody } from './answers.ts';
import { addAccountRoutes } from './control-accounts.ts';
import { addCaptureRoutes } from './control-capture.ts';
import { addLineRoute } from './control-line.ts';
import { addLogRoutes } from './control-log.ts';
import { addReportRoutes } from './control-reports.ts';
import { addSettingsRoutes } from './control-settings.ts';
import { addSignInRoutes } from './control-sign-ins.ts';
import { addVaultRoutes } from './control-vault.ts';
import type { StopView } from './contract.ts';
import { noSuchField, type AdminEnv, type Controls } from './controls.ts';
import { controlHeader, isSame, proofOf } from './run-file.ts';

const keyBody = z.record(z.string(), z.unknown());

export const helloBody = z.strictObject({ nonce: z.string().min(16).max(200) }, { error: noSuchField });

/** Adds `/control/*`: what the product's own commands ask of a running proxy. */
export function addControlRoutes(app: Hono<AdminEnv>, controls: Controls): void {
  // Proves who we are before a command tells us a secret; so it must not ask for the token.
  app.post('/control/hello', async (c) => {
    const { nonce } = await readBody(c.req.raw, helloBody);
    return json({
      proof: proofOf(controls.controlToken, nonce),
      pid: process.pid,
      version: product.version,
    });
  });
  app.use('/control/*', async (c, next) => {
    requireToken(c, controls.controlToken);
    await next();
  });
  addAccountRoutes(app, controls);
  addKeyRoutes(app, controls);
  addVaultRoutes(app, controls.management.vault, controls.log);
  addSignInRoutes(app, controls.management.signIns);
  addLogRoutes(app, controls.logs, controls.log);
  addReportRoutes(app, controls.reports);
  addCaptureRoutes(app, controls.captures, controls.log);
  addLineRoute(app, controls);
  addSettingsRoutes(app, controls.settings);
  app.get('/control/doctor', async () => json(await controls.examine()));
  app.post('/control/reload', async () => json(await controls.reload()));
  app.post('/control/stop', () => {
    controls.log.info('stop asked for by a command');
    const view: StopView = { stopping: true, drainSeconds: controls.stop() };
    return json(view, 202);
  });
}

/**
 * Loopback alone is not enough: other users of this machine and web pages come over it as well.
 *
 * @throws GatewayError not_permitted
 */
export function requireToken(c: Context<AdminEnv>, token: Secret): void {
  const given = c.req.header(controlHeader);
  if (given !== undefined && isSame(given, token.reveal())) return;
  const message =
    given === undefined
      ? `This needs the header ${controlHeader}; use the commands of ${product.binary}.`
      : `The header ${controlHeader} is not the one of this run.`;
  throw new GatewayError('not_permitted', message, { shouldRetry: false });
}

function addKeyRoutes(app: Hono<AdminEnv>, { management, log }: Controls): void {
  app.get('/control/keys', async () => json({ keys: await management.listKeys() }));
  app.post('/control/keys', async (c) => {
    const draft = await readBody(c.req.raw, keyBody);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked whole, from unknown, by `readKeyDraft`
    const created = await management.createKey(draft as ClientKeyDraft);
    log.info('client key created', { key: created.view.id });
    return json(created, 201);
  });
  app.patch('/control/keys/:key', async (c) => {
    const changes = await readBody(c.req.raw, keyBody);
    const key = await management.changeKey(c.req.param('key'), changes);
    log.info('client key changed', { key: key.id });
    return json({ key });
  });
  app.delete('/control/keys/:key', async (c) => {
    const key = await management.revokeKey(c.req.param('key'));
    log.info('client key revoked', { key: key.id });
    return json({ key });
  });
  app.post('/control/local-key', async () => json({ key: (await management.localKey()).reveal() }));
}
