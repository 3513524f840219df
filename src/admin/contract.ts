import type { AccountView } from './contract-accounts.ts';
import type { BudgetView, KeyBudgetView } from './contract-budgets.ts';
import type { CaptureView } from './contract-capture.ts';
import type { MoveView } from './contract-usage.ts';
import type { LogLevel } from '../base/log.ts';

export interface KeyView {
  readonly id: string;
  readonly name: string;
  /** '' where nobody said. */
  readonly owner: string;
  /** The first characters of the key, to recognise it by. */
  readonly hint: string;
  readonly state: 'active' | 'expired' | 'revoked';
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** To the minute. */
  readonly lastUsedAt: string | null;
  /** Patterns of models it may use; empty for all. */
  readonly models: readonly string[];
  /** Ids or names of accounts it may use; empty for all. */
  readonly accounts: readonly string[];
  readonly requestsPerMinute: number | null;
  readonly callsAtOnce: number | null;
  /** Its own, beside those of the settings. */
  readonly budgets: readonly KeyBudgetView[];
  /** What it may do to the proxy itself, besides calling: `admin`, `viewer`, or null for nothing. */
  readonly role: string | null;
}

export interface Totals {
  readonly accounts: number;
  readonly ready: number;
  readonly resting: number;
  readonly signedOut: number;
  readonly switchedOff: number;
  readonly callsInFlight: number;
  readonly served: number;
}

/** `GET /status`. */
export interface StatusView {
  readonly version: string;
  /** A version that is newer than that; null where none is known of. */
  readonly newer: string | null;
  readonly pid: number;
  /** Further processes that carry calls on the same port. */
  readonly workers: readonly number[];
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  /** Where clients reach the proxy. */
  readonly url: string;
  /** Whether callers must bring a client key. */
  readonly keysRequired: boolean;
  readonly totals: Totals;
  readonly accounts: readonly AccountView[];
  readonly budgets: readonly BudgetView[];
  /** The last moves of sessions and calls to another account, the latest first. */
  readonly moves: readonly RecentMoveView[];
  readonly ledger: LedgerView;
  readonly capture: CaptureView;
}

/** A call that another account served than the one it belonged to, and why. */
export interface RecentMoveView extends MoveView {
  /** When the call began. */
  readonly at: string;
  readonly session: string | null;
}

/** How the writing down of calls goes. */
export interface LedgerView {
  /** Calls that are over and not written yet. */
  readonly waiting: number;
  readonly waitingBytes: number;
  /** How long the oldest of them has been waiting. */
  readonly lagMs: number;
  /** Since the start of the proxy. */
  readonly written: number;
  /** Calls without a row of their own, as the disk was slow or full; their sums are kept. */
  readonly droppedCalls: number;
  /** Calls whose attempts have no rows. */
  readonly droppedAttempts: number;
  readonly lastDroppedAt: string | null;
  /** null while all goes well. */
  readonly failingSince: string | null;
  readonly lastError: { readonly at: string; readonly reason: string } | null;
}

/** A fresh key: the only time it is ever shown. */
export interface CreatedKey {
  readonly key: string;
  readonly view: KeyView;
}

/** What `auth vault status` shows. */
export interface VaultView {
  readonly path: string;
  /** How many secrets it holds; null where it cannot be read. */
  readonly secrets: number | null;
  /** Where its key is kept: `keychain`, `environment`, `key-file`, `systemd`, `passphrase`; null before there is one. */
  readonly backend: string | null;
  /** The same for a person: which keychain, file or variable. */
  readonly detail: string;
  /** The first letters of the id of its key. */
  readonly keyId: string | null;
  /** Why it does not open; null where it does. */
  readonly problem: { readonly code: string; readonly title: string; readonly fix: string } | null;
  readonly backupAt: string | null;
  /** Old keys that an interrupted change left behind; the next start removes them. */
  readonly spareKeys: number;
}

/** What a change of the vault's key did. */
export interface RekeyView {
  readonly from: string | null;
  readonly to: string;
  /** For a person: where the new key is. */
  readonly detail: string;
  readonly keyId: string;
  /** Where the old key still is, as only its owner can remove it. */
  readonly oldKeyIn: string | null;
}

/** What a reload of the settings did. */
export interface ReloadView {
  /** Settings in effect now that were not before, by key: `log.level`. */
  readonly changed: readonly string[];
  /** Settings that changed in the file but need a restart. */
  readonly waitingForRestart: readonly string[];
}

/** `GET /control/log`. */
export interface LogView {
  /** The least important lines that are written now. */
  readonly level: LogLevel;
  /** Until when a command wanted it so; null where the settings hold. */
  readonly until: string | null;
  readonly settingsLevel: LogLevel;
  /** null where the settings want none. */
  readonly file: {
    readonly path: string;
    /** Why it cannot be written; null where it can. */
    readonly trouble: string | null;
    /** Lines dropped since it was last written. */
    readonly lost: number;
  } | null;
}

/** Another process of the same proxy serves, and this one has begun to stop. */
export interface SuccessionView {
  readonly pid: number;
  readonly url: string;
}

/** The proxy has begun to stop. */
export interface StopView {
  readonly stopping: true;
  /** How long calls that are running may go on. */
  readonly drainSeconds: number;
}
