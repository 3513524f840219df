/** @jsxImportSource hono/jsx */
import type { Hono } from 'hono';
import { isRefreshToken, mayBeSignIn } from '../../../accounts/terms.ts';
import type { PortableAccount } from '../../../accounts/portable.ts';
import { messageOf } from '../../../base/errors.ts';
import { Problem } from '../../../base/problem.ts';
import { product } from '../../../base/product.ts';
import { Secret } from '../../../base/secret.ts';
import { importPath } from '../../paths.ts';
import { fieldsOf, filled, sentFile } from '../fields.ts';
import type { PageContext, PageEnv } from '../page-env.ts';
import type { Pages } from '../pages.ts';
import { readSentExport } from './read-export.ts';
import { Export, Exported, Import, ImportDone, leastPassphrase, type Imported } from './travel.tsx';

/** Adds what accounts leave by and come by. An export leaves sealed: no answer holds a secret that can be read. */
export function addTravelRoutes(app: Hono<PageEnv>, pages: Pages): void {
  const { answering, sources } = pages;
  const { management, clock, log } = sources;
  const exportable = async (): Promise<number> =>
    (await management.listAccounts()).filter(({ from }) => from === null).length;
  app.get('/accounts/export', async () => answering.part(<Export count={await exportable()} />));
  app.post('/accounts/export', async (c) => {
    try {
      const passphrase = newPassphrase(await fieldsOf(c));
      const { sealed, names } = await management.exportAccounts([], passphrase);
      log.warn('accounts exported, with their secrets', { count: names.length, by: c.var.asker.name });
      const day = new Date(clock.now()).toISOString().slice(0, 10);
      return await answering.part(
        <Exported sealed={sealed} names={names} file={`${product.binary}-accounts-${day}.jwe`} />,
      );
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return answering.part(<Export count={await exportable()} problem={error} />, 422);
    }
  });
  app.get('/accounts/import', () => answering.part(<Import />));
  app.post(importPath, async (c) => importSent(c, pages));
}

async function importSent(c: PageContext, { answering, feed, sources }: Pages): Promise<Response> {
  const fields = await fieldsOf(c);
  try {
    const given = filled(fields['passphrase']);
    const text = await sentFile(c, 'file');
    const accounts = await readSentExport(text, given === undefined ? undefined : new Secret(given));
    if (needTerms(accounts) && fields['acceptTerms'] !== 'yes')
      return await answering.part(<Import asksForTerms />, 422);
    const all: Imported[] = [];
    for (const account of accounts) all.push(await importOne(sources, account, fields['replaces'] === 'yes'));
    sources.log.info('accounts imported', { count: all.length, by: c.var.asker.name });
    await feed.look();
    return await answering.part(<ImportDone all={all} />);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return answering.part(<Import problem={error} />, 422);
  }
}

async function importOne(
  { management }: Pages['sources'],
  account: PortableAccount,
  replaces: boolean,
): Promise<Imported> {
  try {
    const { is, account: taken } = await management.importAccount(account, { replaces });
    return { name: taken.name, is };
  } catch (error) {
    return { name: account.settings.name, is: 'failed', reason: messageOf(error) };
  }
}

/** @throws Problem secret-is-refresh-token */
function needTerms(accounts: readonly PortableAccount[]): boolean {
  const secrets = accounts.flatMap(({ secret, tokens }) => [secret, tokens?.access]);
  const known = secrets.filter((secret) => secret !== undefined);
  if (known.some(isRefreshToken))
    throw new Problem(
      'secret-is-refresh-token',
      'The file has a refresh token in the place of a key.',
      'It is not stored. Give that account an API key.',
    );
  return known.some(mayBeSignIn);
}

/** @throws Problem passphrase-short, passphrase-differs */
function newPassphrase(fields: Readonly<Record<string, string>>): Secret {
  const { passphrase = '', again = '' } = fields;
  if (passphrase.length < leastPassphrase)
    throw new Problem(
      'passphrase-short',
      `The passphrase has fewer than ${leastPassphrase} characters.`,
      'Whoever has the file can try for as long as they like: take a longer one.',
    );
  if (passphrase !== again)
    throw new Problem('passphrase-differs', 'The two passphrases are not the same.', 'Type both again.');
  return new Secret(passphrase);
}
