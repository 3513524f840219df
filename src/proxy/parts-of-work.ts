import type { Call } from '../http/call.ts';
import { attemptRecord, type Attempted } from './attempt-record.ts';
import { pinnedAccount, type Identity } from './authenticate.ts';
import type { Gateway } from './gateway.ts';
import type { Trace } from './trace.ts';
import type { Work } from './work.ts';

/** In whose turn a call waits, and where it is told how long it did and what it tried. */
export function telling(
  identity: Identity,
  trace: Trace,
): Required<Pick<Work, 'lane' | 'onWait' | 'onAttempt' | 'digests'>> {
  const { facts, digests } = trace;
  return {
    lane: { client: nameOf(identity), session: facts.session },
    onWait: (ms) => {
      facts.waitedMs = (facts.waitedMs ?? 0) + ms;
    },
    onAttempt: noteIn(trace),
    digests,
  };
}

/** The client as the queue and the bindings know it: the id of its key. */
export function nameOf({ client }: Identity): string {
  return client.is === 'keyed' ? client.key.id : 'local';
}

/** Who was tried last is told, and each attempt, also where nobody answered. */
function noteIn({ facts, startedAt }: Trace): (attempted: Attempted) => void {
  return (attempted) => {
    const { id, name } = attempted.account;
    facts.account = { id, name };
    facts.attempts.push(attemptRecord(attempted, startedAt));
  };
}

/** The parts of an ask that follow from who calls. */
export function whoMay(
  call: Call,
  { client, own }: Identity,
  { pool }: Gateway,
): Pick<Work['ask'], 'own' | 'pinned' | 'allowed'> {
  const pinned = pinnedAccount(call.headers);
  const allowed = client.is === 'keyed' ? client.key.accounts : undefined;
  // Without an account of ours any credential is meant for the upstream; beside one only a real one is.
  const passes = own !== undefined && pool.passesThrough && (own.looksReal || pool.shared === 0);
  const pinsShared = pinned !== undefined && pool.kindOf(pinned) !== 'passthrough';
  return {
    own: passes && !pinsShared,
    pinned,
    allowed: allowed !== undefined && allowed.length > 0 ? allowed : undefined,
  };
}
