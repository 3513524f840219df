/** @jsxImportSource hono/jsx */
import type { Hono } from 'hono';
import { unknownAccounts } from '../../../access/unknown-accounts.ts';
import { Problem } from '../../../base/problem.ts';
import type { KeyView } from '../../contract.ts';
import { fieldsOf } from '../fields.ts';
import type { PageEnv } from '../page-env.ts';
import type { Pages } from '../pages.ts';
import type { Sources } from '../sources.ts';
import { Created, Revoke, waitingWords } from './created.tsx';
import { KeyForm } from './form.tsx';
import { KeysContent, KeysPage, keyShortcuts } from './page.tsx';
import { emptyKey, fieldsOfKey, settingsIn, typedFields, versionOf } from './typed.ts';
import { keysView } from './view.ts';

/** Adds the page of the client keys. A key itself is in one answer only: that which made it. */
export function addKeyPages(app: Hono<PageEnv>, pages: Pages): void {
  const { answering, sources } = pages;
  const { management } = sources;
  app.get('/keys', async (c) =>
    answering.page(
      c,
      { title: 'Keys', current: 'keys', shortcuts: keyShortcuts },
      <KeysPage view={await keysView(sources)} />,
    ),
  );
  app.get('/keys/content', async () => answering.part(<KeysContent view={await keysView(sources)} />));
  app.get('/keys/create', async () =>
    answering.part(<KeyForm fields={emptyKey} accounts={await management.listAccounts()} />),
  );
  app.get('/keys/:id/change', async (c) => {
    const client = await keyOf(sources, c.req.param('id'));
    const accounts = await management.listAccounts();
    return answering.part(<KeyForm fields={fieldsOfKey(client)} client={client} accounts={accounts} />);
  });
  app.get('/keys/:id/revoke', async (c) =>
    answering.part(<Revoke client={await keyOf(sources, c.req.param('id'))} />),
  );
  addKeyChanges(app, pages);
}

function addKeyChanges(app: Hono<PageEnv>, { answering, sources }: Pages): void {
  const { management, status, log } = sources;
  app.post('/keys', async (c) => {
    const fields = typedFields(await fieldsOf(c));
    try {
      const created = await management.createKey({ name: fields.name, ...settingsIn(fields) });
      log.info('client key created', { key: created.view.id, by: c.var.asker.name });
      const { url, keysRequired, accounts } = await status();
      const unknown = unknownAccounts(created.view.accounts, accounts);
      return await answering.kept(
        <Created created={created} url={url} keysRequired={keysRequired} unknown={unknown} />,
      );
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const accounts = await management.listAccounts();
      return answering.part(<KeyForm fields={fields} accounts={accounts} problem={error} />, 422);
    }
  });
  app.post('/keys/:id/change', async (c) => {
    const client = await keyOf(sources, c.req.param('id'));
    const sent = await fieldsOf(c);
    const isAsShown = sent['shown'] === versionOf(client);
    const fields = isAsShown ? typedFields(sent) : fieldsOfKey(client);
    try {
      // All that the form holds is written: what somebody else has changed since would be undone.
      if (!isAsShown) throw changedMeanwhile(client);
      const after = await management.changeKey(client.id, settingsIn(fields, client));
      log.info('client key changed', { key: client.id, by: c.var.asker.name });
      const unknown = unknownAccounts(after.accounts, await management.listAccounts());
      const text = unknown.length === 0 ? undefined : waitingWords(unknown);
      return await answering.done({ tone: 'good', title: `Saved “${client.name}”`, text });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const accounts = await management.listAccounts();
      return answering.part(
        <KeyForm fields={fields} client={client} accounts={accounts} problem={error} />,
        422,
      );
    }
  });
  app.post('/keys/:id/revoke', async (c) => {
    const { id, name } = await management.revokeKey(c.req.param('id'));
    log.info('client key revoked', { key: id, by: c.var.asker.name });
    return answering.done({ tone: 'calm', title: `Revoked “${name}”` });
  });
}

/** @throws Problem key-unknown */
async function keyOf({ management }: Sources, id: string): Promise<KeyView> {
  const found = (await management.listKeys()).find((key) => key.id === id && key.state !== 'revoked');
  if (found !== undefined) return found;
  throw new Problem('key-unknown', 'This key is no longer here.', 'It was revoked; make a new one.');
}

function changedMeanwhile({ name }: KeyView): Problem {
  const title = `Somebody else has changed “${name}” meanwhile. Nothing was saved.`;
  return new Problem('key-changed', title, 'This is how it is now: change it again.');
}
