import type { Evidence } from '../accounts/evidence.ts';
import type { Resting, Standing } from '../accounts/standing.ts';
import type { EvidenceView, LastRestView, StandingView } from './contract-accounts.ts';
import { moment } from './moment.ts';

/** Where an account stands, with why and how that ends. */
export function standingView(standing: Standing): StandingView {
  switch (standing.is) {
    case 'ready':
      return { is: 'ready' };
    case 'resting':
      return { is: 'resting', ...restView(standing) };
    case 'signed-out': {
      const { since, reason, evidence, isHeld } = standing;
      const endsBy = isHeld === true ? 'person' : 'credential';
      return { is: 'signed-out', since: moment(since), reason, evidence: evidenceView(evidence), endsBy };
    }
    case 'switched-off':
      return { is: 'switched-off', since: moment(standing.since), endsBy: 'person' };
  }
}

/** A rest, of the account or of a family of models. */
export function restView(rest: Resting): Omit<StandingView & { is: 'resting' }, 'is'> {
  const { since, until, reason, evidence, isGuess = false, isCut = false, askedEarly } = rest;
  return {
    since: moment(since),
    until: moment(until),
    reason,
    evidence: evidenceView(evidence),
    isGuess,
    isCut,
    askedEarlyAt: askedEarly === undefined ? null : moment(askedEarly.at),
    endsBy: isGuess ? 'probe' : 'time',
  };
}

/** A rest that is over. */
export function lastRestView({ since, until, reason, evidence }: Resting): LastRestView {
  return { since: moment(since), until: moment(until), reason, evidence: evidenceView(evidence) };
}

function evidenceView(evidence: Evidence | undefined): EvidenceView | null {
  return evidence === undefined ? null : { in: evidence.in, name: evidence.name, value: evidence.value };
}
