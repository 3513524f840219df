import type { Migration } from '../migrate.ts';
import { up as accountsKeysBindings } from './0001-accounts-keys-bindings.ts';
import { up as waysInAndOut } from './0002-ways-in-and-out.ts';
import { up as ledger } from './0003-ledger.ts';
import { up as headroom } from './0004-headroom.ts';
import { up as budgets } from './0005-budgets.ts';
import { up as rests } from './0006-rests.ts';
import { up as sessionHomes } from './0007-session-homes.ts';
import { up as waits } from './0008-waits.ts';
import { up as evidenceAndWarmth } from './0009-evidence-and-warmth.ts';
import { up as people } from './0010-people.ts';
import { up as whatProgramsNeed } from './0011-what-programs-need.ts';
import { up as bodyDigests } from './0012-body-digests.ts';

/**
 * Every migration, oldest first. One that has been released is never changed; a mistake gets a new one. Each only adds:
 * one that does anything else says `breaks`, and nobody can go back to a version from before it.
 */
export const migrations: readonly Migration[] = [
  { number: 1, name: 'accounts-keys-bindings', up: accountsKeysBindings },
  { number: 2, name: 'ways-in-and-out', up: waysInAndOut },
  { number: 3, name: 'ledger', up: ledger },
  { number: 4, name: 'headroom', up: headroom },
  { number: 5, name: 'budgets', up: budgets },
  { number: 6, name: 'rests', up: rests },
  { number: 7, name: 'session-homes', up: sessionHomes },
  { number: 8, name: 'waits', up: waits },
  { number: 9, name: 'evidence-and-warmth', up: evidenceAndWarmth },
  { number: 10, name: 'people', up: people },
  { number: 11, name: 'what-programs-need', up: whatProgramsNeed },
  { number: 12, name: 'body-digests', up: bodyDigests },
];
