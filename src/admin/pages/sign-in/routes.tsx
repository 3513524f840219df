/** @jsxImportSource hono/jsx */
import type { Hono } from 'hono';
import type { Child } from 'hono/jsx';
import { Secret } from '../../../base/secret.ts';
import { callbackPath, type Refused } from '../../doors/sign-in-desk.ts';
import { returnPath } from '../../doors/return-path.ts';
import { checkPage, signInToken } from '../changes.ts';
import { fieldsOf } from '../fields.ts';
import type { PageContext, PageEnv } from '../page-env.ts';
import type { Pages } from '../pages.ts';
import { Arriving, SignInForm, SignInPage } from './page.tsx';

/**
 * Adds the way in. What comes in an address changes nothing: a link and the answer of a provider are sent on by the
 * page that opens, and then looked at like every other change.
 */
export function addSignIn(app: Hono<PageEnv>, pages: Pages): void {
  const { answering, changeSecret, doors } = pages;
  const { desk } = doors;
  const check = (c: PageContext): void => {
    checkPage(c.req.raw, signInToken(changeSecret), c.env);
  };
  app.get('/sign-in', async (c) => {
    const to = returnPath(c.req.query('to'));
    const view = { ...(await desk.ways()), to, isSafe: desk.isSafe(c.env) };
    return answering.signIn(c, 'Sign in', <SignInPage view={view} />);
  });
  app.post('/sign-in', async (c) => {
    check(c);
    const { name = '', password = '', to } = await fieldsOf(c);
    const result = await desk.withPassword(c.req.raw, c.env, { name, password: new Secret(password), to });
    if (result.is === 'in') return answering.goTo(result.to, result.setCookies);
    return refused(result, pages, <SignInForm name={name} to={returnPath(to)} problem={result} />);
  });
  app.post('/sign-in/link', async (c) => {
    check(c);
    const { link = '' } = await fieldsOf(c);
    const result = await desk.withLink(c.req.raw, c.env, new Secret(link));
    if (result.is === 'in') return answering.goTo(result.to, result.setCookies);
    return refused(result, pages, <Arriving what="link" path="/sign-in/link" problem={result} />);
  });
  app.post('/sign-in/provider', async (c) => {
    check(c);
    const { provider = '', to } = await fieldsOf(c);
    const sent = await desk.toProvider(c.env, provider, to);
    if (sent.is === 'away') return answering.goTo(sent.url, sent.setCookies);
    return answering.failed(sent.is === 'unknown' ? 404 : 503, { message: sent.title, fix: sent.fix });
  });
  app.get(callbackPath, (c) =>
    answering.signIn(
      c,
      'Signing in',
      <Arriving what="answer" path="/sign-in/finish" value={new URL(c.req.url).search.slice(1)} />,
    ),
  );
  app.post('/sign-in/finish', async (c) => {
    check(c);
    const { answer = '' } = await fieldsOf(c);
    const result = await desk.fromProvider(c.req.raw, c.env, new URLSearchParams(answer));
    if (result.is === 'in') return answering.goTo(result.to, result.setCookies);
    return refused(result, pages, <Arriving what="answer" path="/sign-in/finish" problem={result} />);
  });
}

async function refused(
  { retryAfterSeconds }: Refused,
  { answering }: Pages,
  content: Child,
): Promise<Response> {
  const response = await answering.part(content, retryAfterSeconds === undefined ? 401 : 429);
  if (retryAfterSeconds !== undefined) response.headers.set('retry-after', String(retryAfterSeconds));
  return response;
}
