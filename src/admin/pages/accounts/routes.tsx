/** @jsxImportSource hono/jsx */
import type { Hono } from 'hono';
import { accountKinds, type AccountKind } from '../../../accounts/account.ts';
import { GatewayError } from '../../../base/errors.ts';
import type { PageEnv } from '../page-env.ts';
import type { Pages } from '../pages.ts';
import { KeptRows } from '../parts/kept-rows.ts';
import { AddAccount, typedIn } from './add.tsx';
import { addAccountChanges } from './change-routes.tsx';
import { Details, KnownNow, NewSecret } from './details.tsx';
import { AccountsContent } from './list.tsx';
import { AccountMenu } from './menu.tsx';
import { Name, NameForm } from './name.tsx';
import { AccountsPage, accountShortcuts } from './page.tsx';
import { providersIn } from './providers.ts';
import { addSecretRoutes } from './secret-routes.tsx';
import { addSignInPages } from './sign-in-routes.tsx';
import { addTravelRoutes } from './travel-routes.tsx';
import { accountsView } from './view.ts';

/** Adds the page of the accounts, its parts, and what its buttons do. */
export function addAccountPages(app: Hono<PageEnv>, pages: Pages): void {
  const { sources, answering } = pages;
  const rows = new KeptRows();
  const view = () => accountsView(sources, rows);
  app.get('/accounts', async (c) =>
    answering.page(
      c,
      { title: 'Accounts', current: 'accounts', shortcuts: accountShortcuts },
      <AccountsPage view={await view()} />,
    ),
  );
  app.get('/accounts/content', async (c) =>
    answering.part(<AccountsContent view={await view()} hasGuide={c.req.query('guide') === 'yes'} />),
  );
  app.get('/accounts/:id/menu', async (c) => {
    const { accounts } = await view();
    const account = accounts.find(({ id }) => id === c.req.param('id'));
    if (account === undefined) throw new GatewayError('not_found', 'This account is no longer here.');
    return answering.part(<AccountMenu account={account} accounts={accounts} />);
  });
  addDialogs(app, pages);
  addSignInPages(app, pages);
  addSecretRoutes(app, pages);
  addTravelRoutes(app, pages);
  addAccountChanges(app, pages, view);
}

/** What is fetched into the dialog or in place; nothing is changed by it. */
function addDialogs(app: Hono<PageEnv>, { answering, sources }: Pages): void {
  const { management, clock } = sources;
  app.get('/accounts/add', async (c) => {
    const kind = kindOf(c.req.query('kind'));
    const typed = typedIn(c.req.query());
    return answering.part(<AddAccount kind={kind} providers={await providersIn(sources)} typed={typed} />);
  });
  app.get('/accounts/:id/details', async (c) => {
    const account = await management.getAccount(c.req.param('id'));
    return answering.part(<Details account={account} now={clock.now()} />);
  });
  app.get('/accounts/:id/known', async (c) => {
    const account = (await management.listAccounts()).find(({ id }) => id === c.req.param('id'));
    // It was removed while somebody looked: that is said once, and not asked for again.
    if (account === undefined) return answering.part(<p class="soft">This account is no longer here.</p>);
    return answering.part(<KnownNow account={account} now={clock.now()} />);
  });
  app.get('/accounts/:id/rename', async (c) =>
    answering.part(<NameForm account={await management.getAccount(c.req.param('id'))} />),
  );
  app.get('/accounts/:id/name', async (c) =>
    answering.part(<Name account={await management.getAccount(c.req.param('id'))} />),
  );
  app.get('/accounts/:id/secret', async (c) =>
    answering.part(<NewSecret account={await management.getAccount(c.req.param('id'))} />),
  );
}

function kindOf(text: string | undefined): AccountKind {
  return accountKinds.find((kind) => kind === text) ?? 'api-key';
}
