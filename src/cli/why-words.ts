import type { AccountView, EvidenceView, StandingView } from '../admin/contract-accounts.ts';
import { ownCommand } from '../base/own-command.ts';
import { quoted } from './quote.ts';
import { plain } from './terminal.ts';
import { clockTime, dayTime } from './words.ts';

type Resting = StandingView & { is: 'resting' };

/**
 * Why an account stands where it does, since when, and how that ends: `since 13:50, said by retry-after: 900; ends by
 * itself`. Undefined of one that is ready and was nothing else.
 */
export function whyWords(account: AccountView, now: number): string | undefined {
  const { standing, lastRest, isHalfOpen } = account;
  if (standing.is !== 'ready') return standingWhy(account, now);
  if (isHalfOpen) return 'its rest ended at a guess: one call asks whether that is true, then others follow';
  if (lastRest === null) return undefined;
  const until = Math.min(Date.parse(lastRest.until), now);
  const from = `${dayTime(Date.parse(lastRest.since), now)} to ${clockTime(until)}`;
  return plain(`back from a rest (${from}: ${lastRest.reason}${saidBy(lastRest.evidence)})`);
}

/** The same of a rest, of the account or of one family of models. */
export function restWhy(rest: Omit<Resting, 'is'>, now: number): string {
  const odd = rest.isCut ? ', which is no moment to believe' : '';
  const end = rest.endsBy === 'time' ? 'ends by itself' : 'the end is a guess, and one call asks';
  const early = rest.askedEarlyAt;
  const asked = early === null ? '' : `, asked again early at ${clockTime(Date.parse(early))}`;
  return plain(`${sinceWords(rest.since, now)}${saidBy(rest.evidence)}${odd}; ${end}${asked}`);
}

function standingWhy({ name, kind, from, standing }: AccountView, now: number): string | undefined {
  const who = quoted([name], process.platform);
  switch (standing.is) {
    case 'ready':
      return undefined;
    case 'resting':
      return restWhy(standing, now);
    case 'signed-out': {
      const command = kind === 'oauth' ? 'auth login' : 'auth set';
      const credential =
        from === null ? `a new credential: ${ownCommand(command)} ${who}` : `a new credential in ${from}`;
      const settled = `somebody settling it there, and ${ownCommand('auth test')} ${who}`;
      const end = standing.endsBy === 'credential' ? credential : settled;
      return plain(`${sinceWords(standing.since, now)}${saidBy(standing.evidence)}; ends with ${end}`);
    }
    case 'switched-off': {
      const since = standing.since === null ? '' : `${sinceWords(standing.since, now)}; `;
      return plain(`${since}ends with ${ownCommand('auth enable')} ${who}`);
    }
  }
}

function sinceWords(since: string, now: number): string {
  return `since ${dayTime(Date.parse(since), now)}`;
}

function saidBy(evidence: EvidenceView | null): string {
  return evidence === null ? '' : `, said by ${evidence.name}: ${evidence.value}`;
}
