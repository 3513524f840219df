/** @jsxImportSource hono/jsx */
import type { Hono } from 'hono';
import { accountKinds } from '../../../accounts/account.ts';
import { isRefreshToken, mayBeSignIn } from '../../../accounts/terms.ts';
import { Problem } from '../../../base/problem.ts';
import { Secret } from '../../../base/secret.ts';
import { fieldsOf, filled } from '../fields.ts';
import type { PageEnv } from '../page-env.ts';
import type { Pages } from '../pages.ts';
import { AddAccount, type AddTyped, typedIn } from './add.tsx';
import { NewSecret } from './details.tsx';
import { providersIn } from './providers.ts';
import { chooseWay } from './sign-in-routes.tsx';

/** Adds what brings a secret here. It goes on to the vault, and into no answer. */
export function addSecretRoutes(app: Hono<PageEnv>, pages: Pages): void {
  const { answering, sources } = pages;
  const { management, log } = sources;
  app.post('/accounts', async (c) => {
    const fields = await fieldsOf(c);
    const kind = accountKinds.find((one) => one === fields['kind']) ?? 'api-key';
    const typed = typedIn(fields);
    const secret = secretOf(fields);
    const providers = await providersIn(sources);
    try {
      const asksForTerms = mustAsk(secret, fields);
      if (asksForTerms)
        return await answering.part(
          <AddAccount kind={kind} providers={providers} typed={typed} asksForTerms />,
          422,
        );
      const account = await management.addAccount(draftOf(kind, typed), secret);
      log.info('account added', { account: account.id, kind, by: c.var.asker.name });
      if (kind === 'oauth') return await chooseWay(pages, account);
      return await answering.done({
        tone: 'good',
        title: `Added “${account.name}”`,
        text: 'It takes calls from now on.',
        action: <TestButton id={account.id} />,
      });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return answering.part(
        <AddAccount kind={kind} providers={providers} typed={typed} problem={error} />,
        422,
      );
    }
  });
  app.post('/accounts/:id/secret', async (c) => {
    const account = await management.getAccount(c.req.param('id'));
    const fields = await fieldsOf(c);
    const secret = secretOf(fields);
    try {
      if (mustAsk(secret, fields))
        return await answering.part(<NewSecret account={account} asksForTerms />, 422);
      await management.changeAccount(account.id, {}, { secret });
      log.info('account changed', { account: account.id, settings: 'secret', by: c.var.asker.name });
      return await answering.done({ tone: 'good', title: `“${account.name}” has a new secret` });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return answering.part(<NewSecret account={account} problem={error} />, 422);
    }
  });
}

function draftOf(kind: (typeof accountKinds)[number], { name = '', baseUrl, provider }: AddTyped) {
  return {
    kind,
    name,
    ...(baseUrl !== undefined && { baseUrl }),
    ...(provider !== undefined && { provider }),
  };
}

function secretOf(fields: Readonly<Record<string, string>>): Secret | undefined {
  const text = filled(fields['secret']);
  return text === undefined ? undefined : new Secret(text);
}

/**
 * Whether a secret is stored only after an explicit yes that has not been given.
 *
 * @throws Problem secret-is-refresh-token
 */
function mustAsk(secret: Secret | undefined, fields: Readonly<Record<string, string>>): boolean {
  if (secret === undefined) return false;
  if (isRefreshToken(secret))
    throw new Problem(
      'secret-is-refresh-token',
      'This is a refresh token: the part of a sign-in that renews it.',
      'It is not stored. Use an API key, or an account that passes the sign-in of each client through.',
    );
  return mayBeSignIn(secret) && fields['acceptTerms'] !== 'yes';
}

export function TestButton({ id }: { id: string }) {
  return (
    <button type="button" hx-post={`/accounts/${id}/test`} hx-swap="none">
      Test it
    </button>
  );
}
