import { dollars, shortNumber } from '../base/amounts.ts';

/** A call that did not stay where its session was, as far as it is known. */
export interface ToldMove {
  /** The name of the account that was left. */
  readonly from: string;
  readonly reason: string;
  /** What the move cost; undefined where nobody knows. */
  readonly usd: number | undefined;
  /** How long a prompt was written again; undefined where nobody knows. */
  readonly tokens: number | undefined;
}

/** Why a call moved and what that cost: `left work (resting until 14:05 UTC: …); re-writing 180k cached tokens cost about $0.61`. */
export function moveWords({ from, reason, usd, tokens }: ToldMove): string {
  const left = `left ${from} (${reason})`;
  if (usd === undefined) return left;
  // A session that was nowhere yet, or found its cache there.
  if (usd === 0) return `${left}; no cache was lost`;
  const what = tokens === undefined ? 'its cache' : `${shortNumber(tokens)} cached tokens`;
  return `${left}; re-writing ${what} cost about ${dollars(usd)}`;
}

/** A call that waited: `waited 4.2 s for an account`. */
export function waitWords(ms: number): string {
  return `waited ${(ms / 1000).toFixed(1)} s for an account`;
}
