import type { AccountView } from '../admin/contract-accounts.ts';
import type { StatusView } from '../admin/contract.ts';
import { ownCommand } from '../base/own-command.ts';
import { budgetTable } from './budgets.ts';
import type { Action, Cli } from './cli.ts';
import { headroomCell, tightest } from './headroom-words.ts';
import { moveWords } from '../usage/move-words.ts';
import { captureWords } from './capture-words.ts';
import { problem } from './problems.ts';
import { withRunning } from './reach.ts';
import { plain } from './terminal.ts';
import { restWhy, whyWords } from './why-words.ts';
import { agoWords, dayTime, lengthWords, standingCell } from './words.ts';

/** `status`: of the running proxy; exits with 5 where none runs, but for `--line`. */
export const status: Action<{ readonly line?: boolean }> = async (cli, options) => {
  if (options.line === true) return (await import('./status-line.ts')).statusLine(cli);
  const view = await withRunning(cli, async (proxy) => {
    if (proxy === undefined) throw problem('proxy-not-running');
    return proxy.status();
  });
  if (cli.isJson) cli.terminal.json({ running: true, ...view });
  else show(cli, view);
  return 0;
};

function show({ terminal, clock }: Cli, view: StatusView): void {
  const { totals, accounts } = view;
  const door = view.keysRequired ? 'a client key is needed' : 'open to this machine';
  const facts = [
    `version ${view.version}`,
    processWords(view),
    `up ${lengthWords(view.uptimeSeconds * 1_000)}`,
    door,
  ];
  terminal.print(`${terminal.styled('bold', view.url)}  ${facts.join(', ')}`);
  if (view.newer !== null) {
    terminal.print(
      terminal.styled('yellow', `Version ${plain(view.newer)} is available: ${ownCommand('update')}`),
    );
  }
  const kept = captureWords(view.capture);
  if (kept !== undefined) terminal.print(terminal.styled('yellow', kept));
  if (accounts.length === 0) {
    terminal.print('There is no account yet.');
    terminal.note(`Add one: ${ownCommand('auth add NAME --kind api-key')}`);
    return;
  }
  const parts = [`${totals.ready} of ${totals.accounts} ready`];
  if (totals.resting > 0) parts.push(`${totals.resting} resting`);
  if (totals.signedOut > 0) parts.push(`${totals.signedOut} signed out`);
  if (totals.switchedOff > 0) parts.push(`${totals.switchedOff} switched off`);
  terminal.print(`${parts.join(', ')}; ${totals.callsInFlight} calls running, ${totals.served} served`);
  terminal.print();
  printTable(terminal, accounts, clock.now());
  printWhy(terminal, accounts, clock.now());
  printMoves(terminal, view.moves, clock.now());
  if (view.budgets.length === 0) return;
  terminal.print();
  budgetTable({ terminal, clock }, view.budgets);
}

function processWords({ pid, workers }: StatusView): string {
  if (workers.length === 0) return `process ${pid}`;
  return `process ${pid} with ${workers.length} ${workers.length === 1 ? 'worker' : 'workers'}`;
}

function printTable(terminal: Cli['terminal'], accounts: readonly AccountView[], now: number): void {
  const isAnyKnown = accounts.some(({ windows }) => tightest(windows) !== undefined);
  terminal.table(
    ['NAME', 'KIND', 'STANDING', ...(isAnyKnown ? ['MOST USED'] : []), 'RUNNING', 'SERVED', 'LAST USED'],
    accounts.map((account) => [
      plain(account.name),
      account.kind,
      standingCell(account, now),
      ...(isAnyKnown ? [headroomCell(account, now)] : []),
      String(account.callsInFlight),
      String(account.served),
      agoWords(account.lastUsedAt, now),
    ]),
  );
}

/** Why calls are where they are: the last that another account served than the one they belonged to. */
function printMoves(terminal: Cli['terminal'], moves: StatusView['moves'], now: number): void {
  if (moves.length > 0) terminal.print();
  for (const { at, session, to, ...move } of moves) {
    const who = session === null ? 'a call' : `session ${session.slice(0, 8)}`;
    const why = moveWords({ ...move, tokens: move.tokens ?? undefined, usd: move.usd ?? undefined });
    const words = `${dayTime(Date.parse(at), now)}  ${who} went to ${to}: ${why}`;
    terminal.print(terminal.styled('dim', plain(words)));
  }
}

/** Below the table, since no column is wide enough for evidence. */
function printWhy(terminal: Cli['terminal'], accounts: readonly AccountView[], now: number): void {
  const lines = accounts.flatMap((account) => {
    const { name, standing, familyRests } = account;
    const why = standing.is === 'ready' && !account.isHalfOpen ? undefined : whyWords(account, now);
    const ofFamilies = familyRests.map((one) => `${name}, ${one.family}: ${restWhy(one, now)}`);
    return [...(why === undefined ? [] : [`${name}: ${why}`]), ...ofFamilies];
  });
  if (lines.length > 0) terminal.print();
  for (const line of lines) terminal.print(terminal.styled('dim', plain(line)));
}
