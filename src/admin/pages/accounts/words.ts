import { type AccountKind, defaultBaseUrl } from '../../../accounts/account.ts';
import type { AccountView, StandingView, WindowView } from '../../contract-accounts.ts';
import type { Tone } from '../parts/bits.tsx';

export const kindNames: Readonly<Record<AccountKind, string>> = {
  'api-key': 'API key',
  token: 'Bearer token',
  oauth: 'Sign-in',
  passthrough: 'Pass-through',
};

/** The standing of an account in one word, and how it looks. */
export function standingWord({ standing, isAvoided, familyRests }: AccountView): {
  word: string;
  tone: Tone;
} {
  if (standing.is === 'ready' && isAvoided) return { word: 'Struggling', tone: 'warn' };
  if (standing.is === 'ready' && familyRests.length > 0) return { word: 'Ready in part', tone: 'warn' };
  return plainWords[standing.is];
}

const plainWords: Readonly<Record<StandingView['is'], { word: string; tone: Tone }>> = {
  ready: { word: 'Ready', tone: 'good' },
  resting: { word: 'Resting', tone: 'warn' },
  'signed-out': { word: 'Signed out', tone: 'bad' },
  'switched-off': { word: 'Off', tone: 'calm' },
};

/** `3 ready, 1 resting`: how the accounts stand, without those that are none. */
export function summaryWords(accounts: readonly AccountView[]): string {
  const count = (is: StandingView['is']): number =>
    accounts.filter(({ standing }) => standing.is === is).length;
  const parts = [
    [count('ready'), 'ready'],
    [count('resting'), 'resting'],
    [count('signed-out'), 'signed out'],
    [count('switched-off'), 'off'],
  ] as const;
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, word]) => `${amount} ${word}`)
    .join(', ');
}

const familyNames: Readonly<Record<string, string>> = { opus: 'Opus', sonnet: 'Sonnet', haiku: 'Haiku' };

/** The name of a window for a person: `5h` → `5 h`, `7d_opus` → `7 d Opus`, `input-tokens` → `Input tokens`. */
export function windowName({ name }: Pick<WindowView, 'name'>): string {
  const [, amount, unit, rest = ''] = /^(\d+)([hd])(?:_(.*))?$/.exec(name) ?? [];
  if (amount !== undefined) return `${amount} ${unit} ${familyNames[rest] ?? rest}`.trim();
  const words = name.replaceAll(/[-_]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** How a window looks: by what is left, and by whether it will last. */
export function windowTone({ used, forecast }: WindowView): Tone {
  if (forecast === 'renewed' || used === null) return 'calm';
  if (forecast === 'used-up' || used >= 0.95) return 'bad';
  return forecast === 'runs-out' || used >= 0.75 ? 'warn' : 'good';
}

/** Those that matter most first: of a plan before buckets, which fill by themselves; then the fullest. */
export function tightestFirst(windows: readonly WindowView[]): WindowView[] {
  const rank = ({ kind }: WindowView): number => (kind === 'plan' ? 0 : 1);
  return windows
    .filter(({ used, forecast }) => used !== null && forecast !== 'renewed')
    .toSorted((a, b) => rank(a) - rank(b) || (b.used ?? 0) - (a.used ?? 0));
}

/** Whole percents; full only when it is. */
export function percent(share: number): string {
  const whole = Math.round(share * 100);
  return `${whole === 100 && share < 1 ? 99 : whole} %`;
}

/** Whose an account is, as far as anybody said: who signed in, or whither its calls go, if not to Anthropic. */
export function whoseWords({ signIn, baseUrl }: Pick<AccountView, 'signIn' | 'baseUrl'>): string | undefined {
  if (signIn !== null) return signIn.label ?? signIn.provider;
  return baseUrl === defaultBaseUrl ? undefined : baseUrl.replace(/^https?:\/\//, '');
}

/** A reason as a sentence begins. */
export function sentence(reason: string): string {
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}
