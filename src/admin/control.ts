import type { Context, Hono } from 'hono';
import * as z from 'zod';
import type { ClientKeyDraft } from '../access/key-draft.ts';
import { GatewayError } from '../base/errors.ts';
import { product } from '../base/product.ts';
import { json, readBody } from './answers.ts';
import { addAccountRoutes } from './control-accounts.ts';
import { addCaptureRoutes } from './control-capture.ts';
import { addLineRoute } from './control-line.ts';
import { addLogRoutes } from './control-log.ts';
import { addPeopleRoutes } from './control-people.ts';
import { addReportRoutes } from './control-reports.ts';
import { addSettingsRoutes } from './control-settings.ts';
import { addSignInRoutes } from './control-sign-ins.ts';
import { addVaultRoutes } from './control-vault.ts';
import type { StopView } from './contract.ts';
import { noSuchField, type AdminEnv, type Controls } from './controls.ts';
import { controlHeader, proofOf } from './run-file.ts';

const keyBody = z.record(z.string(), z.unknown());

export const helloBody = z.strictObject({ nonce: z.string().min(16).max(200) }, { error: noSuchField });

/** Adds `/control/hello`: proves who we are before a command tells us a secret; so it must not ask for the token. */
export function addHello(app: Hono<AdminEnv>, { controlToken }: Controls): void {
  app.post('/control/hello', async (c) => {
    if (!c.env.local) throw notHere();
    const { nonce } = await readBody(c.req.raw, helloBody);
    return json({ proof: proofOf(controlToken, nonce), pid: process.pid, version: product.version });
  });
}

/** Adds `/control/*`: what the product's own commands ask of a running proxy, and who has a key for it. */
export function addControlRoutes(app: Hono<AdminEnv>, controls: Controls): void {
  app.use('/control/*', async (c, next) => {
    requireControl(c);
    await next();
  });
  addAccountRoutes(app, controls);
  addKeyRoutes(app, controls);
  addVaultRoutes(app, controls.management.vault, controls.log);
  addSignInRoutes(app, controls.management.signIns);
  addLogRoutes(app, controls.logs, controls.log);
  addReportRoutes(app, controls.reports);
  addCaptureRoutes(app, controls.captures, controls.log);
  addPeopleRoutes(app, controls.people);
  addLineRoute(app, controls);
  addSettingsRoutes(app, controls.settings);
  app.get('/control/doctor', async () => json(await controls.examine()));
  app.post('/control/reload', async () => json(await controls.reload()));
  app.post('/control/stop', () => {
    controls.log.info('stop asked for by a command');
    const view: StopView = { stopping: true, drainSeconds: controls.stop() };
    return json(view, 202);
  });
  app.post('/control/succeed', async () => {
    controls.log.info('successor asked for by a command');
    return json(await controls.succeed(), 202);
  });
}

/** What hands out secrets, or ends the proxy, is for commands of its own user alone. */
const commandsOnly = /^\/control\/(?:local-key|export|vault|stop|succeed|capture|link|people)(?:\/|$)/;

/** By the settings people are let in, files go to providers as secrets, and captures begin. */
const settingsPath = /^\/control\/settings(?:\/|$)/;

/** They show codes by which an account can be signed in. */
const signInPath = /^\/control\/sign-ins(?:\/|$)/;

/** Questions that have a body; they change nothing. */
const asking = /^\/control\/(?:reports\/[a-z]+|line)$/;

/**
 * Loopback alone is not enough: other users of this machine and web pages come over it as well. Nor is a signed-in
 * browser: what it is made to send by others has to go through the pages.
 *
 * @throws GatewayError not_permitted
 */
export function requireControl(c: Context<AdminEnv>): void {
  const { role, via } = c.var.asker;
  if (via === 'command') return;
  if (via !== 'key') throw needsToken(c.req.header(controlHeader));
  const { method, path } = c.req;
  if (commandsOnly.test(path) || (settingsPath.test(path) && method !== 'GET'))
    throw refused('This is for commands on the machine of the proxy alone.');
  const reads = (method === 'GET' && !signInPath.test(path)) || asking.test(path);
  if (role !== 'admin' && !reads) throw refused('This client key may look, and change nothing.');
}

function needsToken(given: string | undefined): GatewayError {
  return refused(
    given === undefined
      ? `This needs the header ${controlHeader}; use the commands of ${product.binary}.`
      : `The header ${controlHeader} is not the one of this run.`,
  );
}

function notHere(): GatewayError {
  return refused('This answers only on the machine the proxy runs on.');
}

function refused(message: string): GatewayError {
  return new GatewayError('not_permitted', message, { shouldRetry: false });
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
