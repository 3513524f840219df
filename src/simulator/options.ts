import type { Clock } from '../base/clock.ts';
import type { Pace } from './deliver.ts';
import type { SimulatedKey } from './keys.ts';
import type { OAuthOptions } from './oauth-options.ts';

/** How a simulated API is set up. */
export interface SimulatorOptions {
  readonly clock: Clock;
  readonly keys?: readonly SimulatedKey[] | undefined;
  /** Takes any further credential as a key of its own. Left out: only where no keys are given. */
  readonly open?: boolean | undefined;
  /** Who can sign in, and how that goes. */
  readonly oauth?: OAuthOptions | undefined;
  /** Of ids and signatures; the same seed makes the same ids. */
  readonly seed?: number | undefined;
  readonly pace?: Pace | undefined;
  /** Length of an answer that nobody asked to be otherwise (characters). */
  readonly replyLength?: number | undefined;
  /** Serves `/_sim/…`, to callers on this machine only. */
  readonly admin?: boolean | undefined;
  /** Beginnings of model ids that are served though no catalogue has them. */
  readonly openModels?: readonly string[] | undefined;
  /** Longest prompt of every model (tokens); left out, the model's own context window. */
  readonly longestPrompt?: number | undefined;
  /** Played for every call that asks for nothing else. */
  readonly scenario?: string | undefined;
  /** How many calls are remembered. */
  readonly recordLimit?: number | undefined;
  /** Remembers the bodies as well. */
  readonly keepBodies?: boolean | undefined;
  /** How long a batch takes (ms). */
  readonly batchMs?: number | undefined;
  /** Under which address the API knows itself (`results_url`); left out, the one the caller used. */
  readonly publicUrl?: string | undefined;
}

/** The options with everything decided. */
export interface Settings {
  readonly clock: Clock;
  readonly keys: readonly SimulatedKey[];
  readonly open: boolean;
  readonly oauth: OAuthOptions | undefined;
  readonly seed: number;
  readonly pace: Pace;
  readonly replyLength: number;
  readonly admin: boolean;
  readonly openModels: readonly string[];
  readonly longestPrompt: number | undefined;
  readonly scenario: string | undefined;
  readonly recordLimit: number;
  readonly keepBodies: boolean;
  readonly batchMs: number;
  readonly publicUrl: string | undefined;
}

export function settle(options: SimulatorOptions): Settings {
  const keys = options.keys ?? [];
  return {
    clock: options.clock,
    keys,
    open: options.open ?? keys.length === 0,
    oauth: options.oauth,
    seed: options.seed ?? 1,
    pace: options.pace ?? 'fast',
    replyLength: options.replyLength ?? 240,
    admin: options.admin ?? false,
    openModels: options.openModels ?? ['claude-', 'sim-'],
    longestPrompt: options.longestPrompt,
    scenario: options.scenario,
    recordLimit: options.recordLimit ?? 10_000,
    keepBodies: options.keepBodies ?? false,
    batchMs: options.batchMs ?? 2_000,
    publicUrl: options.publicUrl,
  };
}
