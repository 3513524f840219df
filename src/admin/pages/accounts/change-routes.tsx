/** @jsxImportSource hono/jsx */
import type { Hono } from 'hono';
import { Problem } from '../../../base/problem.ts';
import type { AccountView, TestView } from '../../contract-accounts.ts';
import { refreshed, switched } from '../../control-accounts.ts';
import { fieldsOf, filled } from '../fields.ts';
import type { PageEnv } from '../page-env.ts';
import type { Pages } from '../pages.ts';
import type { ToastProps } from '../parts/toast.tsx';
import { Details } from './details.tsx';
import { Name, NameForm } from './name.tsx';
import { neighbour, reordered } from './order.ts';
import { undoSeconds } from '../../removals.ts';
import type { AccountsView } from './view.ts';

/** Adds what changes an account that is there. Problems that no form shows become messages: `app.tsx`. */
export function addAccountChanges(app: Hono<PageEnv>, pages: Pages, view: () => Promise<AccountsView>): void {
  const { answering, sources } = pages;
  const { management, log } = sources;
  app.post('/accounts/:id/switch', async (c) => {
    const { id, enabled } = await management.getAccount(c.req.param('id'));
    await switched(management, log, id, !enabled);
    return answering.done(undefined);
  });
  app.post('/accounts/:id/test', async (c) => {
    const { name } = await management.getAccount(c.req.param('id'));
    return answering.done(testToast(name, await management.testAccount(c.req.param('id'))));
  });
  app.post('/accounts/:id/refresh', async (c) => {
    await refreshed(management, log, c.req.param('id'));
    return answering.done({ tone: 'good', title: 'The token was renewed.' });
  });
  addSettings(app, pages);
  addOrder(app, pages, view);
  addRemoval(app, pages);
}

function testToast(name: string, { works, says, fix, ms }: TestView): ToastProps {
  const title = works ? `“${name}” works` : `“${name}” ${says}`;
  return {
    tone: works ? 'good' : 'bad',
    title,
    text: works ? `It answered within ${ms} ms.` : (fix ?? undefined),
  };
}

function addSettings(app: Hono<PageEnv>, { answering, sources }: Pages): void {
  const { management, clock, log } = sources;
  app.post('/accounts/:id/rename', async (c) => {
    const account = await management.getAccount(c.req.param('id'));
    const { name: typed = '' } = await fieldsOf(c);
    if (typed.trim() === account.name) return answering.part(<Name account={account} />);
    try {
      const renamed = await management.changeAccount(account.id, { name: typed });
      log.info('account changed', { account: account.id, settings: 'name', by: c.var.asker.name });
      return await answering.done(undefined, <Name account={renamed} />);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return answering.part(<NameForm account={account} typed={typed} problem={error} />, 422);
    }
  });
  app.post('/accounts/:id/settings', async (c) => {
    const account = await management.getAccount(c.req.param('id'));
    try {
      const changes = settingsIn(await fieldsOf(c));
      await management.changeAccount(account.id, changes);
      log.info('account changed', {
        account: account.id,
        settings: Object.keys(changes).join(' '),
        by: c.var.asker.name,
      });
      return await answering.done({ tone: 'good', title: `Saved the settings of “${account.name}”` });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return answering.part(<Details account={account} now={clock.now()} problem={error} />, 422);
    }
  });
}

/** What the form of the details says; numbers that are none are left to the check of the draft, which says so. */
function settingsIn(fields: Readonly<Record<string, string>>) {
  const most = filled(fields['maxConcurrent']);
  return {
    priority: Number(fields['priority']),
    weight: Number(fields['weight']),
    maxConcurrent: most === undefined ? null : Number(most),
    models: (fields['models'] ?? '')
      .split(',')
      .map((pattern) => pattern.trim())
      .filter((pattern) => pattern !== ''),
    baseUrl: fields['baseUrl'] ?? '',
    notes: fields['notes'] ?? '',
  };
}

function addOrder(
  app: Hono<PageEnv>,
  { answering, sources }: Pages,
  view: () => Promise<AccountsView>,
): void {
  const { management, log } = sources;
  const place = async (
    accounts: readonly AccountView[],
    id: string,
    before: string | undefined,
    by: string,
  ) => {
    const changes = reordered(accounts, id, before);
    // From the last one on, so that nobody overtakes another on the way.
    for (const [changed, priority] of [...changes].toReversed())
      await management.changeAccount(changed, { priority });
    if (changes.size > 0) log.info('the order of accounts was changed', { account: id, by });
    return answering.done(undefined);
  };
  app.post('/accounts/order', async (c) => {
    const { id = '', before } = await fieldsOf(c);
    return place((await view()).accounts, id, filled(before), c.var.asker.name);
  });
  for (const way of ['up', 'down', 'first'] as const) {
    app.post(`/accounts/:id/${way}`, async (c) => {
      const { accounts } = await view();
      const found = neighbour(accounts, c.req.param('id'), way);
      return found === null
        ? answering.done(undefined)
        : place(accounts, c.req.param('id'), found.before, c.var.asker.name);
    });
  }
}

function addRemoval(app: Hono<PageEnv>, { answering, sources }: Pages): void {
  const { management, removals, log } = sources;
  app.post('/accounts/:id/remove', async (c) => {
    const account = await management.getAccount(c.req.param('id'));
    await removals.begin(account);
    log.info('account is being removed', { account: account.id, by: c.var.asker.name });
    return answering.done({
      tone: 'calm',
      title: `Removed “${account.name}”`,
      seconds: undoSeconds,
      action: (
        <button type="button" hx-post={`/accounts/${account.id}/undo`} hx-swap="none" autofocus>
          Undo
        </button>
      ),
    });
  });
  app.post('/accounts/:id/undo', async (c) => {
    if (await removals.undo(c.req.param('id'))) return answering.done({ tone: 'good', title: 'It is back.' });
    throw new Problem('undo-too-late', 'It is too late: the account is gone.', 'Add it again.');
  });
}
