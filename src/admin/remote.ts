import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { ClientKeyChanges, ClientKeyDraft } from '../access/key-draft.ts';
import type { AccountChanges, AccountDraft } from '../accounts/draft.ts';
import { type PortableAccount, toPlain } from '../accounts/portable.ts';
import { messageOf } from '../base/errors.ts';
import { once } from '../base/once.ts';
import { longestOpeningMs } from '../base/opening.ts';
import { Problem } from '../base/problem.ts';
import { ownCommand } from '../base/own-command.ts';
import { Secret } from '../base/secret.ts';
import type { Sender } from '../wire/sender.ts';
import { askBytes, askJson, parsed, type Asked } from './ask.ts';
import type {
  AccountView,
  ExportView,
  ImportView,
  RemovalView,
  RotationView,
  TestView,
} from './contract-accounts.ts';
import type { LineView } from './contract-line.ts';
import type { HealthView } from './contract-health.ts';
import type { CreatedKey, KeyView, ReloadView, StatusView, StopView, SuccessionView } from './contract.ts';
import type { ChangedSecrets, Management } from './management.ts';
import { remoteCaptures } from './remote-captures.ts';
import { fullAccount, fullKey, fullStatus, type OlderAccount, type OlderKey } from './older-answers.ts';
import { remoteLog } from './remote-log.ts';
import { remotePeople } from './remote-people.ts';
import { remoteReports } from './remote-reports.ts';
import { remoteSettings } from './remote-settings.ts';
import { remoteSignIns } from './remote-sign-ins.ts';
import { remoteVault } from './remote-vault.ts';
import { controlHeader, isAlive, isSame, proofOf, readRunFile, type RunningProxy } from './run-file.ts';

/** Asking about health must never keep a command waiting (ms). */
const helloDeadlineMs = 3_000;

/** Changing an account may ask a keychain, and that a person (ms). */
const answerDeadlineMs = 60_000;

/** A successor may take as long as any start; before and after it there is little to do (ms). */
const successionDeadlineMs = longestOpeningMs + 30_000;

/**
 * The proxy that runs on the home directory of `runFile`, after it has proved that it is the one that
 * wrote the file. Undefined where none runs; a stale file is left for the next start to replace.
 */
export async function findRunning(runFile: string, sender: Sender): Promise<RemoteProxy | undefined> {
  const running = await readRunFile(runFile);
  if (running === undefined || !isAlive(running.pid)) return undefined;
  return (await hasProved(running, sender)) ? new RemoteProxy(running, sender) : undefined;
}

async function hasProved({ controlUrl, controlToken }: RunningProxy, sender: Sender): Promise<boolean> {
  const nonce = randomBytes(24).toString('base64url');
  try {
    const asked = { method: 'POST', path: '/control/hello', body: { nonce }, deadlineMs: helloDeadlineMs };
    const { value } = await askJson(sender, controlUrl, asked);
    const said = z.object({ proof: z.string() }).safeParse(value);
    return said.success && isSame(said.data.proof, proofOf(controlToken, nonce));
  } catch {
    return false;
  }
}

const refusal = once(() =>
  z.object({
    error: z.object({ message: z.string() }),
    problem: z.object({ code: z.string(), title: z.string(), fix: z.string() }).optional(),
  }),
);

/** A running proxy, seen from a command: the same words as in the process itself. */
export class RemoteProxy implements Management {
  readonly running: RunningProxy;
  readonly vault = remoteVault((method, path, body) => this.#ask(method, path, body));
  readonly log = remoteLog((method, path, body) => this.#ask(method, path, body));
  readonly signIns = remoteSignIns((method, path, body) => this.#ask(method, path, body));
  readonly people = remotePeople((method, path, body) => this.#ask(method, path, body));
  readonly settings = remoteSettings((method, path, body) => this.#ask(method, path, body));
  readonly reports = remoteReports((method, path, body) => this.#ask(method, path, body));
  readonly captures = remoteCaptures(
    (method, path, body) => this.#ask(method, path, body),
    async (path, body) => {
      const { status, bytes } = await this.#send(askBytes, 'POST', path, body);
      if (status >= 300) throw problemFrom(parsed(bytes), status);
      return bytes;
    },
  );
  readonly #sender: Sender;

  constructor(running: RunningProxy, sender: Sender) {
    this.running = running;
    this.#sender = sender;
  }

  async listAccounts(): Promise<readonly AccountView[]> {
    const { accounts } = await this.#ask<{ accounts: OlderAccount[] }>('GET', '/control/accounts');
    return accounts.map(fullAccount);
  }

  async getAccount(nameOrId: string): Promise<AccountView> {
    return fullAccount(await this.#ask('GET', `/status/accounts/${encodeURIComponent(nameOrId)}`));
  }

  async addAccount(draft: AccountDraft, secret?: Secret, proxyLogin?: Secret): Promise<AccountView> {
    const body = {
      account: draft,
      ...(secret !== undefined && { secret: secret.reveal() }),
      ...(proxyLogin !== undefined && { proxyLogin: proxyLogin.reveal() }),
    };
    const { account } = await this.#ask<{ account: AccountView }>('POST', '/control/accounts', body);
    return account;
  }

  async changeAccount(
    nameOrId: string,
    changes: AccountChanges,
    { secret, proxyLogin }: ChangedSecrets = {},
  ): Promise<AccountView> {
    const body = {
      changes,
      ...(secret !== undefined && { secret: secret.reveal() }),
      ...(proxyLogin !== undefined && { proxyLogin: proxyLogin?.reveal() ?? null }),
    };
    const { account } = await this.#ask<{ account: AccountView }>('PATCH', pathOf(nameOrId), body);
    return account;
  }

  removeAccount(nameOrId: string, asOf?: string): Promise<RemovalView> {
    const query = asOf === undefined ? '' : `?${new URLSearchParams({ asOf }).toString()}`;
    return this.#ask('DELETE', `${pathOf(nameOrId)}${query}`);
  }

  async setAccountEnabled(nameOrId: string, enabled: boolean): Promise<AccountView> {
    const path = `${pathOf(nameOrId)}/${enabled ? 'enable' : 'disable'}`;
    const { account } = await this.#ask<{ account: AccountView }>('POST', path);
    return account;
  }

  testAccount(nameOrId: string): Promise<TestView> {
    return this.#ask('POST', `${pathOf(nameOrId)}/test`);
  }

  async refreshAccount(nameOrId: string): Promise<AccountView> {
    const { account } = await this.#ask<{ account: AccountView }>('POST', `${pathOf(nameOrId)}/refresh`);
    return account;
  }

  rotateAccounts(): Promise<RotationView> {
    return this.#ask('POST', '/control/rotate');
  }

  exportAccounts(names: readonly string[], passphrase: Secret): Promise<ExportView> {
    return this.#ask('POST', '/control/export', { names, passphrase: passphrase.reveal() });
  }

  importAccount(account: PortableAccount, { replaces }: { readonly replaces: boolean }): Promise<ImportView> {
    return this.#ask('POST', '/control/import', { account: toPlain(account), replaces });
  }

  async listKeys(): Promise<readonly KeyView[]> {
    const { keys } = await this.#ask<{ keys: OlderKey[] }>('GET', '/control/keys');
    return keys.map(fullKey);
  }

  createKey(draft: ClientKeyDraft): Promise<CreatedKey> {
    return this.#ask('POST', '/control/keys', draft);
  }

  async changeKey(idOrNameOrPrefix: string, changes: ClientKeyChanges): Promise<KeyView> {
    const { key } = await this.#ask<{ key: KeyView }>('PATCH', keyPathOf(idOrNameOrPrefix), changes);
    return key;
  }

  async revokeKey(idOrNameOrPrefix: string): Promise<KeyView> {
    const { key } = await this.#ask<{ key: KeyView }>('DELETE', keyPathOf(idOrNameOrPrefix));
    return key;
  }

  async localKey(): Promise<Secret> {
    const { key } = await this.#ask<{ key: string }>('POST', '/control/local-key');
    return new Secret(key);
  }

  line(session: string | undefined): Promise<LineView> {
    return this.#ask('POST', '/control/line', session === undefined ? {} : { session });
  }

  async status(): Promise<StatusView> {
    return fullStatus(await this.#ask('GET', '/status'));
  }

  /** What `/health` says, also when it says that something fails. */
  async health(): Promise<HealthView> {
    const { value } = await this.#send(askJson, 'GET', '/health');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the process has proved to be ours
    return value as HealthView;
  }

  reload(): Promise<ReloadView> {
    return this.#ask('POST', '/control/reload');
  }

  stop(): Promise<StopView> {
    return this.#ask('POST', '/control/stop');
  }

  /** Has it start the process that takes its place. @throws Problem succession-unsupported, succession-failed */
  succeed(): Promise<SuccessionView> {
    return this.#ask('POST', '/control/succeed', undefined, successionDeadlineMs);
  }

  async #ask<T>(method: string, path: string, body?: unknown, deadlineMs = answerDeadlineMs): Promise<T> {
    const { status, value } = await this.#send(askJson, method, path, body, deadlineMs);
    if (status >= 300) throw problemFrom(value, status);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the process has proved to be ours
    return value as T;
  }

  async #send<Said>(
    ask: (sender: Sender, url: string, asked: Asked) => Promise<Said>,
    method: string,
    path: string,
    body?: unknown,
    deadlineMs = answerDeadlineMs,
  ): Promise<Said> {
    const { controlUrl, controlToken } = this.running;
    const headers = [controlHeader, controlToken.reveal()];
    try {
      const asked = { method, path, headers, deadlineMs };
      return await ask(this.#sender, controlUrl, body === undefined ? asked : { ...asked, body });
    } catch (cause) {
      const fix = `See \`${ownCommand('status')}\` and the log of the proxy.`;
      throw new Problem('proxy-unreachable', `The running proxy did not answer: ${messageOf(cause)}.`, fix, {
        cause,
      });
    }
  }
}

function pathOf(nameOrId: string): string {
  return `/control/accounts/${encodeURIComponent(nameOrId)}`;
}

function keyPathOf(idOrNameOrPrefix: string): string {
  return `/control/keys/${encodeURIComponent(idOrNameOrPrefix)}`;
}

function problemFrom(said: unknown, status: number): Problem {
  const read = refusal().safeParse(said);
  if (read.success && read.data.problem !== undefined) {
    const { code, title, fix } = read.data.problem;
    return new Problem(code, title, fix);
  }
  const message = read.success ? read.data.error.message : `It answered with status ${status}.`;
  return new Problem(
    'proxy-refused',
    `The running proxy refused: ${message}`,
    'If it is of another version, restart it.',
  );
}
