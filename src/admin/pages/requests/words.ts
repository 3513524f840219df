import { dollars } from '../../../base/amounts.ts';
import type { RequestView } from '../../contract-usage.ts';
import { endWords, pathWords } from '../../request-words.ts';
import type { Tone } from '../parts/bits.tsx';

/** What was asked for: the model, without what all have in common; else the path. */
export function modelWords({ model, ...call }: Pick<RequestView, 'model' | 'method' | 'path'>): string {
  return model?.replace(/^claude-/, '') ?? pathWords(call);
}

/** How a call ended, as short as it can be told: `429 rate limit`, `end turn`. */
export function shortEnd(call: RequestView): string {
  return endWords(call)
    .replace(/_error$/, '')
    .replaceAll('_', ' ');
}

/** How the end of a call looks. */
export function endTone({ ended, move }: Pick<RequestView, 'ended' | 'move'>): Tone {
  if (ended === 'error' || ended === 'cut') return 'bad';
  if (ended === 'client-left') return 'calm';
  return move === null ? 'good' : 'warn';
}

/** `$0.12`; `~` where tokens are an estimate, `?` where nobody knows the price. "Less than" is an estimate as it is. */
export function costOf({ usd, priceBasis, tokens }: RequestView): string {
  if (usd === null) return '';
  const words = dollars(usd);
  if (priceBasis === 'unknown') return `?${words}`;
  return tokens?.isEstimate === true && !words.startsWith('<') ? `~${words}` : words;
}

const whys: Readonly<Record<string, string>> = {
  session: 'its session is there',
  object: 'it made what the call names',
  pinned: 'the caller chose it',
  free: 'it was free',
  next: 'another could not serve',
  early: 'nobody could serve, and it was asked again early',
};

/** Why a call went to its account. */
export function whyWords(why: string): string {
  return whys[why] ?? why;
}
