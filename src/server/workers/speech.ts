import type { ClientKey } from '../../access/client-key.ts';
import type { Admission as KeyAdmission } from '../../access/limits.ts';
import type { Account } from '../../accounts/account.ts';
import type { Ask, Choice, Left, Why } from '../../accounts/choice.ts';
import type { WindowSeen } from '../../accounts/headroom/headroom.ts';
import type { Renewal } from '../../accounts/refresher.ts';
import type { Trouble } from '../../accounts/refresh-state.ts';
import type { Lack, Lesson } from '../../accounts/standing.ts';
import type { Lane } from '../../accounts/turns.ts';
import type { RunningView } from '../../admin/contract-usage.ts';
import type { LogLevel } from '../../base/log.ts';
import { build } from '../../base/product.ts';
import type { Settings } from '../../config/settings.ts';
import type { Peer } from '../../http/call.ts';
import type { HeaderList } from '../../http/headers.ts';
import type { AccountBar, Admission } from '../../usage/budgets/budgets.ts';
import type { Asked } from '../../usage/budgets/expectation.ts';
import type { UsageView } from '../../usage/budgets/usage-view.ts';
import type { CallRecord } from '../../usage/call-record.ts';
import type { KeptCall } from '../../usage/capture/kept-call.ts';

/** Which build this is. What is said here holds within one: after an update the program on disk is another. */
export const buildWords = `${build.version} ${build.commit}`;

/** The accounts as a worker knows them. */
export interface Picture {
  readonly accounts: readonly Account[];
  /** Those that are signed out, or have no good secret. */
  readonly lacks: ReadonlyMap<string, Lack>;
  /** Those of which nothing has to be decided: whoever is at home there goes there without a question. */
  readonly open: readonly string[];
  /** Grants with a smaller number are over. */
  readonly number: number;
}

/** How the refusal of a call is put into words: what nobody needs to know as long as calls are served. */
export interface Scene {
  readonly windows: readonly (readonly [accountId: string, windows: readonly WindowSeen[]])[];
  readonly bars: readonly (readonly [accountId: string, bar: AccountBar])[];
}

/** A choice, with the ids of accounts in place of them. */
export type TravellingChoice =
  | {
      readonly is: 'account';
      readonly accountId: string;
      readonly why: Why;
      readonly left?: Omit<Left, 'account'> & { readonly accountId: string };
    }
  | Exclude<Choice, { is: 'account' }>;

/** Calls like one that asked may go the same way unasked. */
export interface Granted {
  readonly forMs: number;
  /** Of all that is granted and called back, the later has the larger number: answers and news pass each other. */
  readonly number: number;
}

/** What the first process decided about who takes the next attempt. */
export interface Chosen {
  readonly choice: TravellingChoice;
  readonly tokensAtHome: number | undefined;
  /** How long the call has waited for it (ms); undefined where it did not. */
  readonly waitedMs: number | undefined;
  /** Undefined where each call has to ask. */
  readonly granted: Granted | undefined;
  /** Where nobody was found. */
  readonly scene: Scene | undefined;
}

/** A call that asks for an account; `call` is its number in its process. */
export interface Choosing {
  readonly call: number;
  readonly ask: Ask;
  readonly lane: Lane | undefined;
  /** Of the headers only those that decide how long it stands waiting. */
  readonly headers: HeaderList;
  /** What is held for it against budgets. */
  readonly hold: number | undefined;
  /** Whom it has asked before on a grant, and what that taught. */
  readonly before: readonly (readonly [accountId: string, lesson: Lesson | undefined])[];
}

/** A request for health, metrics, control or the page, as it came to a worker. */
export interface HandedOver {
  readonly id: number;
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
  readonly peer: Peer;
  readonly body: Uint8Array | undefined;
}

export interface HandedBack {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array | undefined;
  /** More comes, piece by piece. */
  readonly isStream: boolean;
}

/** A secret, and for how long it may be used without another question (ms). */
export interface GivenSecret {
  readonly secret: string | undefined;
  readonly forMs: number;
  /** Why there is none. */
  readonly trouble: Trouble | undefined;
}

/** A call that is over. */
export interface OverElsewhere {
  readonly record: CallRecord;
  /** The number of what was held for it, or what it asked where nothing was. */
  readonly hold?: number | Asked | undefined;
}

interface Question<Asked, Reply> {
  readonly question: Asked;
  readonly reply: Reply;
}

/** What a worker says to the first process. */
export interface WorkerSpeech {
  readonly tells:
    | { readonly is: 'took'; readonly call: number; readonly accountId: string; readonly ask: Ask }
    /** The account has served a call for `model`. */
    | { readonly is: 'served'; readonly accountId: string; readonly model: string | undefined }
    | {
        readonly is: 'learned';
        readonly call: number;
        readonly on: Account;
        readonly lesson: Lesson;
        readonly model: string | undefined;
      }
    | { readonly is: 'released'; readonly call: number }
    | { readonly is: 'aborted'; readonly call: number }
    | {
        readonly is: 'ended';
        readonly call: number;
        readonly isServed: boolean;
        readonly home: string | undefined;
      }
    /** An {@link OverElsewhere} as JSON: the system's own way for objects takes twice the time, and each call pays it. */
    | { readonly is: 'over'; readonly json: string }
    | { readonly is: 'left'; readonly ticket: number }
    | { readonly is: 'headroom'; readonly accountId: string; readonly headers: HeaderList }
    | {
        readonly is: 'bound';
        readonly kind: string;
        readonly id: string;
        readonly accountId: string;
        readonly ttlMs: number;
      }
    | { readonly is: 'line'; readonly json: string }
    | { readonly is: 'traffic'; readonly calls: number; readonly streams: number; readonly heldBytes: number }
    | { readonly is: 'cancelled'; readonly id: number };
  readonly asks: {
    readonly choose: Question<Choosing, Chosen>;
    readonly budget: Question<
      { readonly hold: number; readonly clientId: string | undefined; readonly asked: Asked },
      Exclude<Admission, { is: 'admitted' }> | { readonly is: 'admitted'; readonly headers: string[] }
    >;
    readonly usage: Question<string, UsageView>;
    readonly key: Question<
      { readonly ticket: number; readonly key: ClientKey },
      Exclude<KeyAdmission, { is: 'admitted' }> | { readonly is: 'admitted' }
    >;
    readonly enter: Question<{ readonly ticket: number; readonly most: number }, void>;
    readonly find: Question<string, string | undefined>;
    readonly secret: Question<string, GivenSecret>;
    readonly entry: Question<string, string | undefined>;
    readonly renew: Question<{ readonly accountId: string; readonly refused: string }, Renewal>;
    readonly own: Question<HandedOver, HandedBack>;
    /** Takes in what was said in a call; asked, not told, since it is large: the reply says that it waits no longer. */
    readonly keep: Question<{ readonly kept: KeptCall; readonly record: CallRecord }, void>;
  };
}

/** With what a worker begins. */
export interface Beginning {
  /** That of the first process: see {@link buildWords}. */
  readonly build: string;
  readonly settings: Settings;
  readonly picture: Picture;
  readonly keys: [hash: string, key: ClientKey][];
  readonly level: LogLevel;
  /** Somebody looks at the requests. */
  readonly isWatched: boolean;
  /** The port that the first process listens on. */
  readonly port: number;
}

/** What the first process says to a worker. */
export interface OwnerSpeech {
  readonly tells:
    | { readonly is: 'settings'; readonly settings: Settings }
    | { readonly is: 'picture'; readonly picture: Picture }
    | { readonly is: 'open'; readonly open: readonly string[] }
    | { readonly is: 'keys'; readonly keys: [hash: string, key: ClientKey][] }
    | { readonly is: 'moved'; readonly session: string; readonly number: number }
    | { readonly is: 'level'; readonly level: LogLevel }
    | { readonly is: 'watched'; readonly isWatched: boolean }
    | { readonly is: 'leave' }
    | { readonly is: 'chunk'; readonly id: number; readonly bytes: Uint8Array }
    | { readonly is: 'end'; readonly id: number; readonly isWhole: boolean };
  readonly asks: {
    /** A worker of another build may say and hear other things: it does not begin. */
    readonly begin: Question<Beginning, { readonly is: 'ready' } | { readonly is: 'another-build' }>;
    /** Stop listening, let what runs end; the reply comes when nothing runs any more. */
    readonly drain: Question<undefined, void>;
    readonly running: Question<undefined, RunningView[]>;
    /** Whether it still hears anything. */
    readonly alive: Question<undefined, void>;
    /** Say all that there is to be said: the reply comes behind it. */
    readonly news: Question<undefined, void>;
  };
}
