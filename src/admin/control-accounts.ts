import type { Hono } from 'hono';
import * as z from 'zod';
import type { AccountChanges, AccountDraft } from '../accounts/draft.ts';
import { fromPlain } from '../accounts/portable.ts';
import type { Log } from '../base/log.ts';
import { GatewayError } from '../base/errors.ts';
import { Secret } from '../base/secret.ts';
import { json, readBody } from './answers.ts';
import { noSuchField, type AdminEnv, type Controls } from './controls.ts';
import type { Management } from './management.ts';

/** An account may bring the certificates of a whole company (bytes). */
const mostBodyBytes = 1024 * 1024;

const options = { error: noSuchField };
const fields = z.record(z.string(), z.unknown());
const secret = z.string().max(20_000).optional();

export const addBody = z.strictObject({ account: fields, secret, proxyLogin: secret }, options);
export const changeBody = z.strictObject({ changes: fields, secret, proxyLogin: secret.nullable() }, options);
export const exportBody = z.strictObject(
  { names: z.array(z.string()), passphrase: z.string().min(1) },
  options,
);
export const importBody = z.strictObject({ account: z.unknown(), replaces: z.boolean() }, options);

/** Adds the routes of accounts; whoever comes here has shown the token. */
export function addAccountRoutes(app: Hono<AdminEnv>, { management, log }: Controls): void {
  app.get('/control/accounts', async () => json({ accounts: await management.listAccounts() }));
  app.post('/control/accounts', async (c) => {
    const body = await readBody(c.req.raw, addBody, mostBodyBytes);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked whole, from unknown, by `readDraft`
    const draft = body.account as AccountDraft;
    const account = await management.addAccount(draft, hidden(body.secret), hidden(body.proxyLogin));
    log.info('account added', { account: account.id, kind: account.kind });
    return json({ account }, 201);
  });
  app.patch('/control/accounts/:name', async (c) => {
    const body = await readBody(c.req.raw, changeBody, mostBodyBytes);
    const secrets = {
      secret: hidden(body.secret),
      proxyLogin: body.proxyLogin === null ? null : hidden(body.proxyLogin),
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked whole, from unknown, by `readDraft`
    const changes = body.changes as AccountChanges;
    if (c.var.asker.via === 'key' && body.secret === undefined) refuseLeadingAway(changes);
    const account = await management.changeAccount(c.req.param('name'), changes, secrets);
    log.info('account changed', { account: account.id, settings: Object.keys(changes).join(' ') });
    return json({ account });
  });
  app.delete('/control/accounts/:name', async (c) => {
    const removal = await management.removeAccount(c.req.param('name'), c.req.query('asOf'));
    const { account, givenBack } = removal;
    log.info('account removed', { account: account.id, ...(givenBack !== null && { tokens: givenBack.is }) });
    return json(removal);
  });
  addVerbs(app, management, log);
  addTravelRoutes(app, management, log);
}

/** A key that may change accounts may not lead a secret that is stored to a server of its own. @throws GatewayError not_permitted */
function refuseLeadingAway(changes: AccountChanges): void {
  if (!whither.some((name) => name in changes)) return;
  throw new GatewayError(
    'not_permitted',
    'Where a stored secret goes is changed by people and commands, or together with a new secret.',
    { shouldRetry: false },
  );
}

/** What says where the calls of an account go, and who can read them on the way. */
const whither = ['baseUrl', 'allowPlainHttp', 'proxy', 'extraCa'] as const;

function addVerbs(app: Hono<AdminEnv>, management: Management, log: Log): void {
  for (const [verb, enabled] of switches) {
    app.post(`/control/accounts/:name/${verb}`, async (c) =>
      json(await switched(management, log, c.req.param('name'), enabled)),
    );
  }
  app.post('/control/accounts/:name/test', async (c) =>
    json(await management.testAccount(c.req.param('name'))),
  );
  app.post('/control/accounts/:name/refresh', async (c) =>
    json(await refreshed(management, log, c.req.param('name'))),
  );
  app.post('/control/rotate', async () => {
    const rotation = await management.rotateAccounts();
    log.info('another account is preferred', { account: rotation.preferred.id, before: rotation.before.id });
    return json(rotation);
  });
}

/** Accounts on their way to and from other machines. An export leaves sealed: no answer holds a secret. */
function addTravelRoutes(app: Hono<AdminEnv>, management: Management, log: Log): void {
  app.post('/control/export', async (c) => {
    const { names, passphrase } = await readBody(c.req.raw, exportBody);
    const exported = await management.exportAccounts(names, new Secret(passphrase));
    log.warn('accounts exported, with their secrets', { count: exported.names.length });
    return json(exported);
  });
  app.post('/control/import', async (c) => {
    const { account: portable, replaces } = await readBody(c.req.raw, importBody, mostBodyBytes);
    const { is, account } = await management.importAccount(fromPlain(portable), { replaces });
    log.info('account imported', { account: account.id, is });
    return json({ is, account });
  });
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

/** Renews the token of an account. */
export async function refreshed(management: Management, log: Log, name: string): Promise<object> {
  const account = await management.refreshAccount(name);
  log.info('account refreshed', { account: account.id });
  return { account };
}

function hidden(text: string | undefined): Secret | undefined {
  return text === undefined ? undefined : new Secret(text);
}
