import type { Clock } from '../base/clock.ts';
import { Batches } from './batches.ts';
import { PromptCache } from './cache.ts';
import { FaultRules } from './fault-rules.ts';
import { Files } from './files.ts';
import { Draws } from './ids.ts';
import { KeyRing } from './keys.ts';
import { Models } from './models.ts';
import { SignIns } from './oauth-sign-ins.ts';
import { Objects } from './objects.ts';
import type { Settings } from './options.ts';
import { CallRecord } from './record.ts';
import { Sessions } from './sessions.ts';
import { StreamMaker } from './stream.ts';
import { Threads } from './threads.ts';

/** Everything the simulated API knows and remembers. */
export interface World {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly draws: Draws;
  readonly keys: KeyRing;
  readonly signIns: SignIns;
  readonly models: Models;
  readonly cache: PromptCache;
  readonly threads: Threads;
  readonly files: Files;
  readonly batches: Batches;
  readonly objects: Objects;
  readonly sessions: Sessions;
  readonly rules: FaultRules;
  readonly record: CallRecord;
  readonly streams: StreamMaker;
}

export function makeWorld(settings: Settings): World {
  const { clock } = settings;
  const draws = new Draws(settings.seed);
  const signIns = new SignIns(settings.oauth, draws);
  return {
    settings,
    clock,
    draws,
    keys: new KeyRing(settings.keys, settings.open, signIns.book, clock.now()),
    signIns,
    models: new Models(settings.openModels),
    cache: new PromptCache(),
    threads: new Threads(),
    files: new Files(draws),
    batches: new Batches(draws, settings.batchMs),
    objects: new Objects(draws),
    sessions: new Sessions(draws, clock),
    rules: new FaultRules(),
    record: new CallRecord(settings.recordLimit),
    streams: new StreamMaker(),
  };
}
