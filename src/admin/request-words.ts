import type { AttemptView, RequestView } from './contract-usage.ts';

/** Claude Code's own ids may say already what they are. */
export function agentWords(agent: string): string {
  return /^agent\b/.test(agent) ? agent : `agent ${agent}`;
}

/** All that a prompt was long (tokens). */
export function promptOf({
  input,
  cacheRead,
  cacheWrite5m,
  cacheWrite1h,
}: NonNullable<RequestView['tokens']>): number {
  return input + cacheRead + cacheWrite5m + cacheWrite1h;
}

/** What was asked for, where no model says it. */
export function pathWords({ method, path }: Pick<RequestView, 'method' | 'path'>): string {
  return `${method} ${path.replace(/^\/v1\//, '')}`;
}

/** How a call ended, in a word or two. */
export function endWords({ ended, status, errorType, stopReason }: RequestView): string {
  if (ended === 'complete') return stopReason ?? String(status);
  if (ended === 'error')
    return status >= 400 ? `${status} ${errorType ?? ''}`.trim() : (errorType ?? 'error');
  return ended === 'cut' ? 'broken off' : 'client left';
}

/** Whether an attempt did not become the answer. A stream can begin with an error, behind a status that promised better. */
export function isFailed({ ending, errorType, status }: AttemptView): boolean {
  return ending !== 'answered' || errorType !== null || (status ?? 0) >= 400;
}

/** Why it did not. */
export function reasonOf({ ending, status, errorType, errorCode, reason }: AttemptView): string {
  if (ending !== 'answered' || (status ?? 0) < 400) return reason ?? ending;
  return [status, errorCode ?? errorType].filter((part) => part !== null).join(' ');
}
