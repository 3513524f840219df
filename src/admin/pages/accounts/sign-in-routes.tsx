/** @jsxImportSource hono/jsx */
import type { Hono } from 'hono';
import { GatewayError } from '../../../base/errors.ts';
import { Problem } from '../../../base/problem.ts';
import { ways } from '../../../config/settings-providers.ts';
import type { AccountView, SignInFlowState, SignInFlowView } from '../../contract-accounts.ts';
import { mayChange } from '../asker.ts';
import { fieldsOf } from '../fields.ts';
import type { PageEnv } from '../page-env.ts';
import type { Pages } from '../pages.ts';
import { ChooseWay, SignInFlow, SignInState } from './sign-in.tsx';

/** Adds signing in at a provider. A sign-in lives with the proxy: whoever opens its dialog again finds it. */
export function addSignInPages(app: Hono<PageEnv>, pages: Pages): void {
  const { management, log } = pages.sources;
  app.get('/accounts/:id/sign-in', async (c) => {
    requireChanger();
    const account = await management.getAccount(c.req.param('id'));
    const open = (await management.signIns.list()).findLast(
      (flow) => isOpen(flow) && flow.account === account.name,
    );
    return open === undefined ? chooseWay(pages, account) : shown(pages, account, open);
  });
  app.post('/accounts/:id/sign-in', async (c) => {
    const account = await management.getAccount(c.req.param('id'));
    const { way: asked } = await fieldsOf(c);
    const way = ways.find((one) => one === asked);
    if (way === undefined) throw new GatewayError('bad_request', 'There is no such way to sign in.');
    try {
      const flow = await management.signIns.begin(account.id, way);
      log.info('sign-in begun on the page', { account: account.id, way, by: c.var.asker.name });
      return await shown(pages, account, flow);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return chooseWay(pages, account, error, 422);
    }
  });
  app.post('/accounts/sign-ins/:flow/cancel', async (c) => {
    const account = await management.getAccount(c.req.query('account') ?? '');
    await management.signIns.cancel(c.req.param('flow'));
    return chooseWay(pages, account);
  });
  addFollowing(app, pages);
}

/** The code of a sign-in is as good as the account: whoever enters it signs it in as themselves. */
function requireChanger(): void {
  if (mayChange()) return;
  throw new GatewayError('not_permitted', 'Only admins sign accounts in.', { shouldRetry: false });
}

function addFollowing(app: Hono<PageEnv>, pages: Pages): void {
  const { answering, sources } = pages;
  const { management, clock } = sources;
  app.get('/accounts/sign-ins/:flow', async (c) => {
    requireChanger();
    const account = await management.getAccount(c.req.query('account') ?? '');
    try {
      const flow = await management.signIns.find(c.req.param('flow'));
      if (isOpen(flow))
        return await answering.part(<SignInState account={account} flow={flow} now={clock.now()} />);
      return await ended(pages, account, flow.state);
    } catch (error) {
      // The proxy has been started again: with it went the sign-in.
      if (!(error instanceof Problem)) throw error;
      return failed(pages, account, error);
    }
  });
  app.post('/accounts/sign-ins/:flow/paste', async (c) => {
    const { text = '' } = await fieldsOf(c);
    const before = await management.signIns.find(c.req.param('flow'));
    const account = await management.getAccount(c.req.query('account') ?? '');
    try {
      const flow = await management.signIns.paste(before.id, text);
      return isOpen(flow) ? await shown(pages, account, flow) : await ended(pages, account, flow.state);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return shown(pages, account, before, error);
    }
  });
}

function isOpen({ state }: SignInFlowView): boolean {
  return state.is === 'needs-user' || state.is === 'pending';
}

/** The ways in, or why there is none as things are. */
export async function chooseWay(
  { answering, sources }: Pages,
  account: AccountView,
  problem?: Pick<Problem, 'message' | 'fix'>,
  status = 200,
): Promise<Response> {
  const { signIns } = sources.management;
  try {
    const has = await signIns.ways(account.id);
    return await answering.part(<ChooseWay account={account} ways={has} problem={problem} />, status);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return answering.part(<ChooseWay account={account} ways={[]} problem={problem ?? error} />, 422);
  }
}

function shown(
  { answering, sources: { clock } }: Pages,
  account: AccountView,
  flow: SignInFlowView,
  problem?: Problem,
): Promise<Response> {
  const content = <SignInFlow account={account} flow={flow} now={clock.now()} problem={problem} />;
  return answering.part(content, problem === undefined ? 200 : 422);
}

/** It is over: word of that, and the dialog closes; or why, and the ways to try again. */
function ended(pages: Pages, account: AccountView, state: SignInFlowState): Promise<Response> {
  if (state.is === 'failed') {
    const fix =
      state.failure === 'expired' ? 'Begin again; there is a time limit.' : 'Try again, or another way.';
    return failed(pages, account, { message: `It came to nothing: ${state.reason}.`, fix });
  }
  const who = state.is === 'done' && state.label !== null ? ` as ${state.label}` : '';
  return pages.answering.done({
    tone: 'good',
    title: `Signed in “${account.name}”${who}`,
    text: account.enabled ? 'It takes calls from now on.' : 'It is switched off.',
  });
}

async function failed(
  { answering, sources }: Pages,
  account: AccountView,
  problem: Pick<Problem, 'message' | 'fix'>,
): Promise<Response> {
  const has = await sources.management.signIns.ways(account.id).catch(() => []);
  return answering.part(
    <template hx type="partial" hx-target="#dialog" hx-swap="innerHTML">
      <ChooseWay account={account} ways={has} problem={problem} />
    </template>,
  );
}
