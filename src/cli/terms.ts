import { isRefreshToken, mayBeSignIn, terms } from '../accounts/terms.ts';
import type { Secret } from '../base/secret.ts';
import { askYes } from './ask.ts';
import type { Cli } from './cli.ts';
import { problem } from './problems.ts';

/**
 * Tokens that look like those of a consumer sign-in are stored only after an explicit yes.
 *
 * @throws Problem secret-is-refresh-token, terms-not-accepted
 */
export async function settleTerms(
  { terminal }: Cli,
  secrets: readonly Secret[],
  isAccepted: boolean,
): Promise<void> {
  if (secrets.some(isRefreshToken)) throw problem('secret-is-refresh-token');
  if (!secrets.some(mayBeSignIn)) return;
  for (const line of terms) terminal.note(line);
  if (isAccepted) return;
  const isOne = secrets.length === 1;
  const question = isOne
    ? 'I may use this token here. Store it?'
    : 'I may use these tokens here. Store them?';
  if (!terminal.canAsk || !(await askYes(question))) throw problem('terms-not-accepted');
}
