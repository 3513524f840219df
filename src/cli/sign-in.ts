import type { AccountView, SignInFlowView } from '../admin/contract-accounts.ts';
import type { SignInManagement } from '../admin/sign-ins.ts';
import { sleep } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { Problem } from '../base/problem.ts';
import type { Way } from '../config/settings-providers.ts';
import type { Cli } from './cli.ts';
import { openBrowser } from './open-browser.ts';
import { pastedCodes } from './pasted-codes.ts';
import { problem } from './problems.ts';
import { SignInScreen } from './sign-in-screen.ts';
import { type WayOptions, bestWay, hasBrowser, namedWay } from './sign-in-way.ts';
import { untilSignal } from './signals.ts';

/** How often it is looked whether the person is done (ms). */
const lookMs = 300;

/**
 * Signs `account` in, in front of the person who ran the command: shows what to do, waits, and gives the
 * sign-in up where the command is interrupted. Resolves when the tokens are stored and in use.
 *
 * @throws Problem of the sign-in
 */
export async function signIn(
  cli: Cli,
  signIns: SignInManagement,
  account: AccountView,
  options: WayOptions,
): Promise<SignInFlowView> {
  const way = await wayFor(cli, signIns, account, options);
  const codes = way === 'paste' ? pastedCodes(cli, options) : undefined;
  const begun = await signIns.begin(account.id, way);
  const stop = new AbortController();
  const ended = new AbortController();
  void untilSignal(ended.signal).then(() => {
    stop.abort(problem('cancelled'));
  });
  try {
    const screen = new SignInScreen(cli);
    await screen.begun(begun);
    await maybeOpen(cli, begun, options);
    const waiting = waitFor(cli, signIns, begun, screen, stop.signal);
    if (codes === undefined) return done(await waiting);
    const next = (): Promise<string> => codes.next(ended.signal);
    return done(await Promise.race([waiting, pasteInto(cli, signIns, begun.id, next, waiting)]));
  } catch (error) {
    // Whatever it was: nobody waits any more, so nothing is to come of it.
    await signIns.cancel(begun.id).catch(() => undefined);
    throw stop.signal.aborted ? problem('cancelled') : error;
  } finally {
    stop.abort(new Error('over'));
    ended.abort();
    codes?.close();
  }
}

async function wayFor(
  { env, terminal, isJson }: Cli,
  signIns: SignInManagement,
  { id }: AccountView,
  options: WayOptions,
): Promise<Way> {
  const named = namedWay(options);
  if (named !== undefined) return named;
  const here = { hasBrowser: hasBrowser(env, process.platform), canAsk: terminal.canAsk && !isJson };
  return bestWay(await signIns.ways(id), here);
}

async function maybeOpen(
  { env, terminal }: Cli,
  { state, way }: SignInFlowView,
  options: WayOptions,
): Promise<void> {
  const isWanted = options.browser ?? (way === 'loopback' && hasBrowser(env, process.platform));
  if (!isWanted || state.is !== 'needs-user') return;
  if (!(await openBrowser(state.url, env)))
    terminal.note('No browser could be started here; open the address yourself.');
}

async function waitFor(
  { clock }: Cli,
  signIns: SignInManagement,
  begun: SignInFlowView,
  screen: SignInScreen,
  signal: AbortSignal,
): Promise<SignInFlowView> {
  let flow = begun;
  while (flow.state.is === 'needs-user' || flow.state.is === 'pending') {
    await sleep(clock, lookMs, signal);
    flow = await signIns.find(flow.id);
    screen.changed(flow);
  }
  return flow;
}

/** What is not understood is asked for again; what belongs elsewhere too. */
async function pasteInto(
  { terminal }: Cli,
  signIns: SignInManagement,
  id: string,
  next: () => Promise<string>,
  waiting: Promise<SignInFlowView>,
): Promise<SignInFlowView> {
  for (;;) {
    try {
      await signIns.paste(id, await next());
      return await waiting;
    } catch (error) {
      if (!(error instanceof Problem) || !error.code.startsWith('pasted-code-')) throw error;
      terminal.note(`${messageOf(error)} ${error.fix}`);
    }
  }
}

/** The sign-in that is done. @throws Problem of one that failed */
function done(flow: SignInFlowView): SignInFlowView {
  const { state } = flow;
  if (state.is !== 'failed') return flow;
  const { reason } = state;
  switch (state.failure) {
    case 'denied':
      throw problem('sign-in-denied', { reason });
    case 'expired':
      throw problem('sign-in-expired', { reason });
    case 'cancelled':
      throw problem('sign-in-cancelled', { reason });
    case 'refused':
      throw problem('sign-in-refused', { reason });
    case 'unreachable':
      throw problem('sign-in-unreachable', { reason });
    case 'unsound':
      throw problem('sign-in-unsound', { reason });
    case 'not-kept':
      throw problem('sign-in-not-kept', { reason });
  }
}
