import type { AccountView } from '../admin/contract-accounts.ts';
import { redacted } from '../base/redact.ts';
import type { Action, Cli } from './cli.ts';
import { windowWords } from './headroom-words.ts';
import { withManagement } from './reach.ts';
import { plain } from './terminal.ts';
import { restWhy, whyWords } from './why-words.ts';
import { agoWords, familyRestWords, listWords, refreshWords, signInWords, standingWords } from './words.ts';

/** `auth show NAME`: everything about an account but its secrets. */
export const authShow: Action<object> = async (cli, _, [name = '']) => {
  const { account, isRunning } = await withManagement(cli, async ({ management, proxy }) => ({
    account: await management.getAccount(name),
    isRunning: proxy !== undefined,
  }));
  if (cli.isJson) cli.terminal.json(account);
  else {
    show(cli, account);
    if (!isRunning)
      cli.terminal.note('The proxy is not running; where the account stands is known once it is.');
  }
  return 0;
};

function show({ terminal, clock }: Cli, account: AccountView): void {
  const now = clock.now();
  const rows: (readonly [label: string, words: string | undefined])[] = [
    ['id', account.id],
    ['kind', kindWords(account)],
    ['standing', standingWords(account.standing, now)],
    ['', whyWords(account, now)],
    ...account.familyRests.flatMap((one) =>
      [familyRestWords(one, now), restWhy(one, now)].map((words) => ['', words] as const),
    ),
    ['sign-in', account.signIn === null ? undefined : signInWords(account.signIn, now)],
    ['token', account.signIn === null ? undefined : refreshWords(account.signIn, now)],
    ['base URL', account.baseUrl + (account.allowPlainHttp ? ' (plain http allowed)' : '')],
    ['priority', String(account.priority)],
    ['weight', String(account.weight)],
    ['models', listWords(account.models, 'all')],
    ['at once', account.maxConcurrent === null ? 'no limit' : `at most ${account.maxConcurrent}`],
    ['headers', headerWords(account)],
    ['proxy', proxyWords(account)],
    ['extra CA', certificateWords(account)],
    ['from', account.from === null ? undefined : `${account.from} (commands do not change it)`],
    ['notes', account.notes === '' ? undefined : account.notes],
    ...account.windows.map((window, at) => [at === 0 ? 'windows' : '', windowWords(window, now)] as const),
    ['calls', callWords(account, now)],
    ['added', account.createdAt],
  ];
  terminal.print(terminal.styled('bold', plain(account.name)));
  for (const [label, words] of rows)
    if (words !== undefined) terminal.print(`  ${terminal.styled('dim', label.padEnd(8))}  ${plain(words)}`);
}

function kindWords({ kind, sendAs }: AccountView): string {
  return sendAs === null ? kind : `${kind}, sent as ${sendAs === 'bearer' ? 'a Bearer token' : sendAs}`;
}

/** Headers are no place for secrets; who put one there all the same need not see it on every screen. */
function headerWords({ headers }: AccountView): string | undefined {
  const all = Object.entries(headers).map(([name, value]) => `${name}: ${redacted(value)}`);
  return all.length === 0 ? undefined : all.join('; ');
}

function proxyWords({ proxy, proxyHasLogin }: AccountView): string | undefined {
  if (proxy === null) return undefined;
  return `${proxy}, ${proxyHasLogin ? 'with user name and password' : 'without a user name'}`;
}

function certificateWords({ extraCa }: AccountView): string | undefined {
  if (extraCa.length === 0) return undefined;
  return extraCa.map(({ subject, expiresAt }) => `${subject} (until ${expiresAt.slice(0, 10)})`).join('; ');
}

function callWords({ callsInFlight, served, lastUsedAt }: AccountView, now: number): string {
  return `${callsInFlight} under way, ${served} served, last used ${agoWords(lastUsedAt, now)}`;
}
