import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { Secret } from '../base/secret.ts';
import { keyVariable, passphraseVariable, type Environment } from '../config/environment.ts';
import { type KeychainCall, type KeychainReply, keychainWord } from './keychain-call.ts';
import { silenceOf, silent } from './keychain-silence.ts';
import type { Keychain } from './keychain.ts';

export interface KeychainOptions {
  /** The words that start this program again. */
  readonly program: readonly string[];
  readonly env: Environment;
  readonly log: Log;
  readonly clock: Clock;
  /** How long a person may take to unlock it (ms). */
  readonly deadlineMs?: number;
}

const patienceMs = 45_000;
/** Beyond this it is most likely asking somebody (ms). */
const noticeMs = 2_000;

const names: Readonly<Record<string, string>> = {
  darwin: 'the macOS Keychain',
  win32: 'the Windows Credential Manager',
};

/** The keychain of this user, asked by a process of its own for each call: see `keychain-call.ts`. */
export function systemKeychain(options: KeychainOptions): Keychain {
  const name = names[process.platform] ?? 'the Secret Service';
  const ask = (call: KeychainCall): Promise<string | null> => askChild(call, name, options);
  return {
    name,
    async probe() {
      await ask({ do: 'probe' });
    },
    async get(item) {
      const value = await ask({ do: 'get', item });
      return value === null ? undefined : new Secret(value);
    },
    async set(item, value) {
      await ask({ do: 'set', item, value: value.reveal() });
    },
    async delete(item) {
      await ask({ do: 'delete', item });
    },
  };
}

/** @throws Problem vault-keychain-silent */
async function askChild(
  call: KeychainCall,
  name: string,
  { program, env, log, clock, deadlineMs = patienceMs }: KeychainOptions,
): Promise<string | null> {
  if (process.platform === 'linux' && !hasSessionBus(env)) throw silent(name, 'no-session-bus');
  const child = Bun.spawn([...program, keychainWord], {
    env: { ...withoutKeys(env), LC_ALL: 'C' },
    stdin: Buffer.from(JSON.stringify(call)),
    stdout: 'pipe',
    stderr: 'ignore',
    windowsHide: true,
  });
  const stopNotice = clock.after(noticeMs, () => {
    log.warn('the keychain takes its time: it may be asking for its password in a window', {
      keychain: name,
    });
  });
  let isLate = false;
  const stopWaiting = clock.after(deadlineMs, () => {
    isLate = true;
    child.kill('SIGKILL');
  });
  try {
    const [said] = await Promise.all([new Response(child.stdout).text(), child.exited]);
    if (isLate) throw silent(name, 'no-answer');
    const reply = readReply(said);
    if (reply === undefined) throw silent(name, 'failed', `its process ended with ${child.exitCode}`);
    if (reply.is === 'done') return reply.value;
    throw silent(name, silenceOf(reply.code, reply.said), reply.said);
  } finally {
    stopNotice();
    stopWaiting();
  }
}

/** libsecret would try to start a bus of its own, which needs a screen, and say no more than that it failed. */
function hasSessionBus(env: Environment): boolean {
  if ((env['DBUS_SESSION_BUS_ADDRESS'] ?? '') !== '') return true;
  const folder = env['XDG_RUNTIME_DIR'] ?? '';
  return folder !== '' && existsSync(join(folder, 'bus'));
}

/** The child has no business with them. */
function withoutKeys(env: Environment): Environment {
  return { ...env, [keyVariable]: undefined, [passphraseVariable]: undefined };
}

function readReply(said: string): KeychainReply | undefined {
  try {
    const reply: KeychainReply = JSON.parse(said);
    return reply;
  } catch {
    return undefined;
  }
}
