import { accountKinds, keepsSecret, type AccountKind, type SendAs } from '../accounts/account.ts';
import { type AccountDraft, renamed } from '../accounts/draft.ts';
import { product } from '../base/product.ts';
import type { Secret } from '../base/secret.ts';
import { askChoice, askSecret, askText, askYes, readSecret } from './ask.ts';
import type { Action, Cli } from './cli.ts';
import { problem } from './problems.ts';
import { settleVaultKey, withManagement } from './reach.ts';
import { plain } from './terminal.ts';

interface AddOptions {
  readonly kind?: AccountKind;
  readonly baseUrl?: string;
  readonly priority?: number;
  readonly weight?: number;
  readonly models?: readonly string[];
  readonly maxConcurrent?: number;
  readonly sendAs?: SendAs;
  readonly notes?: string;
  readonly allowPlainHttp?: boolean;
  readonly secretStdin?: boolean;
  readonly acceptTerms?: boolean;
}

/** `auth add [NAME]`. */
export const authAdd: Action<AddOptions> = async (cli, options, [named, ...more]) => {
  if (more.length > 0) throw problem('secret-in-arguments');
  const name = named ?? (await orAsk(cli, 'The name of the account', () => askText('Name of the account')));
  const kind = options.kind ?? (await orAsk(cli, '--kind', askKind));
  const secret = keepsSecret(kind) ? await secretFor(cli, kind, options) : await noSecret(options);
  if (secret !== undefined) await settleTerms(cli, secret, options.acceptTerms === true);
  const { account, isRunning } = await withManagement(cli, async ({ management, proxy, vault }) => {
    if (secret !== undefined && vault !== undefined) await settleVaultKey(cli, vault);
    const added = await management
      .addAccount(draftOf(name, kind, options), secret)
      .catch((error: unknown): never => {
        throw renamed(error, flagOf);
      });
    return { account: added, isRunning: proxy !== undefined };
  });
  if (cli.isJson) cli.terminal.json({ account });
  else {
    cli.terminal.print(`added ${plain(account.name)} (${account.id})`);
    const next = isRunning
      ? 'The running proxy uses it from now on.'
      : `Start the proxy: ${product.binary} serve`;
    cli.terminal.note(next);
  }
  return 0;
};

function draftOf(name: string, kind: AccountKind, options: AddOptions): AccountDraft {
  const { baseUrl, priority, weight, models, maxConcurrent, sendAs, notes, allowPlainHttp } = options;
  return {
    name,
    kind,
    ...(baseUrl !== undefined && { baseUrl }),
    ...(priority !== undefined && { priority }),
    ...(weight !== undefined && { weight }),
    ...(models !== undefined && { models: [...models] }),
    ...(maxConcurrent !== undefined && { maxConcurrent }),
    ...(sendAs !== undefined && { sendAs }),
    ...(notes !== undefined && { notes }),
    ...(allowPlainHttp !== undefined && { allowPlainHttp }),
  };
}

function orAsk<T>({ terminal }: Cli, what: string, ask: () => Promise<T>): Promise<T> {
  if (!terminal.canAsk) throw problem('value-missing', { what });
  return ask();
}

const kindWords: Readonly<Record<AccountKind, readonly [label: string, hint: string]>> = {
  'api-key': ['API key', 'from console.anthropic.com, or of another service that speaks the Claude API'],
  token: ['Bearer token', 'a fixed token of a gateway or a workload'],
  oauth: ['Sign-in', 'at a provider of the settings: a gateway or an identity provider of your own'],
  passthrough: ['Pass-through', 'stores nothing: each client brings its own sign-in'],
};

function askKind(): Promise<AccountKind> {
  const choices = accountKinds.map((value) => {
    const [label, hint] = kindWords[value];
    return { value, label, hint };
  });
  return askChoice('What kind of account is it?', choices);
}

function secretFor(cli: Cli, kind: AccountKind, { secretStdin }: AddOptions): Promise<Secret> {
  if (secretStdin === true && !process.stdin.isTTY) return readSecret(process.stdin);
  if (!cli.terminal.canAsk) throw problem('secret-missing');
  return askSecret(
    kind === 'token' ? 'The token (not shown while you type)' : 'The API key (not shown while you type)',
  );
}

async function noSecret({ secretStdin }: AddOptions): Promise<undefined> {
  if (secretStdin === true) throw problem('secret-unwanted');
  await Promise.resolve();
}

const terms = [
  'This looks like a token of a Claude.ai sign-in, or a short-lived one of a workload or profile.',
  "Anthropic's terms (August 2026) do not allow third parties to collect, store or intermediate Claude.ai",
  'credentials. Tokens of your own workloads are another matter. An API key (--kind api-key) is the',
  'recommended way; --kind passthrough lets clients use their own sign-in without storing it.',
];

/**
 * Tokens that look like those of a consumer sign-in are stored only after an explicit yes.
 *
 * @throws Problem secret-is-refresh-token, terms-not-accepted
 */
async function settleTerms(cli: Cli, secret: Secret, isAccepted: boolean): Promise<void> {
  const text = secret.reveal();
  if (text.startsWith('sk-ant-ort')) throw problem('secret-is-refresh-token');
  if (!text.startsWith('sk-ant-oat')) return;
  for (const line of terms) cli.terminal.note(line);
  if (isAccepted) return;
  const mayAsk = cli.terminal.canAsk;
  if (!mayAsk || !(await askYes('I may use this token here. Store it?'))) throw problem('terms-not-accepted');
}
