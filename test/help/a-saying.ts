import type { Usage } from '../../src/prices/usage.ts';
import type { Said } from '../../src/usage/tap/said.ts';

/** What an answer said of itself, without what it did not. */
export interface Saying {
  messageId?: string;
  containerId?: string;
  model?: string;
  stopReason?: string;
  errorType?: string;
  isWhole: boolean;
  usage?: Usage;
}

/** What `said` knows now. */
export function sayingOf(said: Said): Saying {
  const { messageId, containerId, model, stopReason, errorType, isWhole } = said;
  const all = { messageId, containerId, model, stopReason, errorType, isWhole, usage: said.usage() };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  ) as unknown as Saying;
}
