import type { RequestView } from '../admin/contract-usage.ts';
import { agentWords, endWords, isFailed, pathWords, promptOf, reasonOf } from '../admin/request-words.ts';
import { dollars, shortNumber } from '../base/amounts.ts';
import { moveWords, waitWords } from '../usage/move-words.ts';
import { plain, type Style, type Terminal } from './terminal.ts';
import { clockTime } from './words.ts';

/** Columns that rows are printed in as they come: `--follow` cannot know how wide later ones will be. */
const columns = [
  { heading: 'TIME', width: 8 },
  { heading: 'ACCOUNT', width: 14, narrow: 10 },
  { heading: 'MODEL', width: 22, narrow: 18 },
  { heading: 'ENDED', width: 16, narrow: 12 },
  { heading: 'IN', width: 6, narrow: 0 },
  { heading: 'OUT', width: 6, narrow: 0 },
  { heading: 'COST', width: 8, narrow: 7 },
  { heading: 'TOOK', width: 6 },
  { heading: 'CLIENT · SESSION', width: undefined },
] as const satisfies readonly { heading: string; width: number | undefined; narrow?: number }[];

/** All columns, and a word in the last one (columns of a terminal). */
const wideEnough = 110;

/** Calls as lines of a terminal: on a narrow one without tokens, and cut where it ends. */
export class RequestLines {
  readonly #terminal: Terminal;
  readonly #isNarrow: boolean;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#isNarrow = terminal.isScreen && terminal.width < wideEnough;
  }

  get heading(): string {
    return this.#terminal.styled('dim', this.#line(columns.map(({ heading }) => heading)));
  }

  /** One line for the call, and one below it for each attempt that did not become the answer. */
  of(request: RequestView, now: number): string[] {
    const style = styleOf(request);
    const line = this.#line(cellsOf(request, now));
    const below = [...triedWords(request), ...waitOf(request), ...moveOf(request)];
    return [
      style === undefined ? line : this.#terminal.styled(style, line),
      ...below.map((words) => this.#terminal.styled('dim', this.#cut(`         ${plain(words)}`))),
    ];
  }

  #line(cells: readonly string[]): string {
    const shown = columns.flatMap((column, at) => {
      const cell = cells[at] ?? '';
      const width = this.#isNarrow && 'narrow' in column ? column.narrow : column.width;
      if (width === 0) return [];
      if (width === undefined) return [cell];
      return [cell.length > width ? `${cell.slice(0, width - 1)}…` : cell.padEnd(width)];
    });
    return this.#cut(shown.join(' ').trimEnd());
  }

  #cut(line: string): string {
    const { isScreen, width } = this.#terminal;
    return isScreen && line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line;
  }
}

function cellsOf(request: RequestView, now: number): string[] {
  const { tokens, account, model, client, session, agent } = request;
  const at = Date.parse(request.at);
  const who = [client, session === null ? '' : session.slice(0, 8), agent === null ? '' : agentWords(agent)];
  return [
    now - at < 86_400_000 ? clockTime(at, true) : dateWords(at),
    plain(account ?? '-'),
    plain(model?.replace(/^claude-/, '') ?? pathWords(request)),
    plain(endWords(request)),
    tokens === null ? '' : shortNumber(promptOf(tokens)),
    tokens === null ? '' : `${tokens.isEstimate ? '~' : ''}${shortNumber(tokens.output)}`,
    request.usd === null ? '' : `${request.priceBasis === 'unknown' ? '?' : ''}${dollars(request.usd)}`,
    seconds(request.ms),
    plain(who.filter((part) => part !== '').join(' · ')),
  ];
}

/** `25 Nov`, in local time. */
function dateWords(at: number): string {
  const date = new Date(at);
  return `${date.getDate()} ${date.toLocaleString('en-GB', { month: 'short' })}`;
}

function styleOf({ ended, move }: RequestView): Style | undefined {
  if (ended === 'error' || ended === 'cut') return 'red';
  return move === null ? undefined : 'yellow';
}

function triedWords({ attempts }: RequestView): string[] {
  return attempts
    .filter(isFailed)
    .map((attempt) => `${seconds(attempt.atMs)} ${attempt.account}: ${reasonOf(attempt)}`);
}

function waitOf({ waitedMs }: RequestView): string[] {
  return waitedMs === null ? [] : [waitWords(waitedMs)];
}

function moveOf({ move }: RequestView): string[] {
  if (move === null) return [];
  const { from, reason, tokens, usd } = move;
  return [moveWords({ from, reason, tokens: tokens ?? undefined, usd: usd ?? undefined })];
}

function seconds(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)}ms` : `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)}s`;
}
