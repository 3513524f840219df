import type { AttemptView, RequestView } from '../admin/contract-usage.ts';
import { dollars, shortNumber } from './amounts.ts';
import { plain, type Style, type Terminal } from './terminal.ts';
import { clockTime } from './words.ts';

/** Columns that rows are printed in as they come: `--follow` cannot know how wide later ones will be. */
const widths = [8, 14, 22, 16, 8, 8, 9, 8, 0] as const;

export const requestsHeading = columns([
  'TIME',
  'ACCOUNT',
  'MODEL',
  'ENDED',
  'IN',
  'OUT',
  'COST',
  'TOOK',
  'CLIENT · SESSION',
]);

/** One line for the call, and one below it for each attempt that did not become the answer. */
export function requestLines(request: RequestView, now: number, terminal: Terminal): string[] {
  const { tokens, account, model, client, session, agent } = request;
  const at = Date.parse(request.at);
  const who = [client, session === null ? '' : session.slice(0, 8), agent === null ? '' : `agent ${agent}`];
  const line = columns([
    now - at < 86_400_000 ? clockTime(at, true) : request.at.slice(5, 10),
    plain(account ?? '-'),
    plain(model ?? pathWords(request)),
    endWords(request),
    tokens === null ? '' : shortNumber(promptOf(tokens)),
    tokens === null ? '' : `${tokens.isEstimate ? '~' : ''}${shortNumber(tokens.output)}`,
    request.usd === null ? '' : `${request.priceBasis === 'unknown' ? '?' : ''}${dollars(request.usd)}`,
    seconds(request.ms),
    plain(who.filter((part) => part !== '').join(' · ')),
  ]);
  const style = styleOf(request);
  const below = [...triedWords(request), ...moveWords(request)];
  return [
    style === undefined ? line : terminal.styled(style, line),
    ...below.map((words) => terminal.styled('dim', `         ${plain(words)}`)),
  ];
}

function columns(cells: readonly string[]): string {
  return cells
    .map((cell, at) => {
      const width = widths[at] ?? 0;
      if (width === 0) return cell;
      return cell.length > width ? `${cell.slice(0, width - 1)}…` : cell.padEnd(width);
    })
    .join(' ')
    .trimEnd();
}

function promptOf({ input, cacheRead, cacheWrite5m, cacheWrite1h }: NonNullable<RequestView['tokens']>) {
  return input + cacheRead + cacheWrite5m + cacheWrite1h;
}

function pathWords({ method, path }: RequestView): string {
  return `${method} ${path.replace(/^\/v1\//, '')}`;
}

function endWords({ ended, status, errorType, stopReason }: RequestView): string {
  if (ended === 'complete') return stopReason ?? String(status);
  if (ended === 'error')
    return status >= 400 ? `${status} ${errorType ?? ''}`.trim() : (errorType ?? 'error');
  return ended === 'cut' ? 'broken off' : 'client left';
}

function styleOf({ ended, move }: RequestView): Style | undefined {
  if (ended === 'error' || ended === 'cut') return 'red';
  return move === null ? undefined : 'yellow';
}

function triedWords({ attempts }: RequestView): string[] {
  const failed = attempts.filter(({ ending, errorType, status }) => {
    // A stream can begin with an error, behind a status that promised better.
    return ending !== 'answered' || errorType !== null || (status ?? 0) >= 400;
  });
  return failed.map((attempt) => `${seconds(attempt.atMs)} ${attempt.account}: ${reasonOf(attempt)}`);
}

function reasonOf({ ending, status, errorType, errorCode, reason }: AttemptView): string {
  if (ending !== 'answered') return reason ?? ending;
  return [status, errorCode ?? errorType].filter((part) => part !== null).join(' ');
}

function moveWords({ move }: RequestView): string[] {
  if (move === null) return [];
  const cost = move.usd === null || move.usd === 0 ? '' : `, which cost ${dollars(move.usd)} of cache`;
  return [`moved from ${move.from} to ${move.to}: ${move.reason}${cost}`];
}

function seconds(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)}ms` : `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)}s`;
}
