import type { Context, Hono } from 'hono';
import * as z from 'zod';
import type { ClientKeyDraft } from '../access/key-draft.ts';
import type { AccountDraft } from '../accounts/draft.ts';
import { GatewayError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { product } from '../base/product.ts';
import { Secret } from '../base/secret.ts';
import { json, readBody } from './answers.ts';
import { addVaultRoutes } from './control-vault.ts';
import type { ReloadView, StopView } from './contract.ts';
import type { Management } from './management.ts';
import { controlHeader, isSame, proofOf } from './run-file.ts';

/** What only the person who runs the proxy may do to it. */
export interface Controls {
  readonly management: Management;
  /** The token of `run.json`. */
  readonly controlToken: Secret;
  /** Reads the settings file again. @throws Problem config-invalid; the old settings then stay */
  readonly reload: () => Promise<ReloadView>;
  /** Begins to stop, after the answer has gone out; says how long running calls may take (s). */
  readonly stop: () => number;
  readonly log: Log;
}

/** What the server tells about a request beside it. */
export interface AdminEnv {
  readonly Bindings: { readonly local: boolean };
}

const noSuchField = (issue: { code: string; keys?: readonly string[] }): string | undefined =>
  issue.code === 'unrecognized_keys' ? `there is no field ${(issue.keys ?? []).join(', ')}` : undefined;

const addBody = z.strictObject(
  { account: z.record(z.string(), z.unknown()), secret: z.string().max(20_000).optional() },
  { error: noSuchField },
);

const keyBody = z.record(z.string(), z.unknown());

const helloBody = z.strictObject({ nonce: z.string().min(16).max(200) }, { error: noSuchField });

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

function addAccountRoutes(app: Hono<AdminEnv>, { management, log }: Controls): void {
  app.get('/control/accounts', async () => json({ accounts: await management.listAccounts() }));
  app.post('/control/accounts', async (c) => {
    const { account: draft, secret } = await readBody(c.req.raw, addBody);
    const account = await management.addAccount(
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked whole, from unknown, by `readDraft`
      draft as AccountDraft,
      secret === undefined ? undefined : new Secret(secret),
    );
    log.info('account added', { account: account.id, kind: account.kind });
    return json({ account }, 201);
  });
  app.delete('/control/accounts/:name', async (c) => {
    const account = await management.removeAccount(c.req.param('name'));
    log.info('account removed', { account: account.id });
    return json({ account });
  });
  for (const [verb, enabled] of switches) {
    app.post(`/control/accounts/:name/${verb}`, async (c) =>
      json(await switched(management, log, c.req.param('name'), enabled)),
    );
  }
}

/** The two verbs of an account's switch. */
export const switches = [
  ['enable', true],
  ['disable', false],
] as const;

/** Switches an account on or off and says where it stood before. */
export async function switched(
  management: Management,
  log: Log,
  name: string,
  enabled: boolean,
): Promise<object> {
  const before = await management.getAccount(name);
  const account = await management.setAccountEnabled(before.id, enabled);
  log.info(enabled ? 'account switched on' : 'account switched off', { account: account.id });
  return { account, previous: before.standing };
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
  app.delete('/control/keys/:key', async (c) => {
    const key = await management.revokeKey(c.req.param('key'));
    log.info('client key revoked', { key: key.id });
    return json({ key });
  });
  app.post('/control/local-key', async () => json({ key: (await management.localKey()).reveal() }));
}
