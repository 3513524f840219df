import { beforeEach, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { type KeychainOptions, systemKeychain } from '../../src/credentials/keychain-process.ts';
import type { Keychain } from '../../src/credentials/keychain.ts';
import { HandClock } from '../help/a-clock.ts';
import { program } from '../help/a-command.ts';
import { describeSecretService, type Keyring, keyrings } from '../help/a-keyring.ts';
import { MemoryLog } from '../help/a-log.ts';
import { problemOf } from '../help/a-problem.ts';

const keyring = keyrings();

function keychainIn(env: Record<string, string>, options: Partial<KeychainOptions> = {}): Keychain {
  return systemKeychain({ program, env, log: silentLog, clock: wallClock, ...options });
}

/** A stand-in for the process that asks the keychain: it runs `script` and gets the call on standard input. */
function standIn(script: string, options: Partial<KeychainOptions> = {}): Keychain {
  const env = { PATH: process.env['PATH'] ?? '', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' };
  return keychainIn(env, { program: [process.execPath, '-e', script], ...options });
}

describe('the process that asks the keychain', () => {
  test('gets the value on its standard input, and never in its arguments or its environment', async () => {
    const script = `
      const call = JSON.parse(await Bun.stdin.text());
      const seen = JSON.stringify([process.argv, process.env]);
      const isOpen = seen.includes('planted') || process.env.CCPROXY_VAULT_KEY !== undefined;
      console.log(JSON.stringify({ is: 'done', value: isOpen ? 'seen' : call.value ?? null }));`;
    const env = { CCPROXY_VAULT_KEY: 'planted', CCPROXY_VAULT_PASSPHRASE: 'planted' };
    const keychain = standIn(script, {
      env: { PATH: process.env['PATH'] ?? '', DBUS_SESSION_BUS_ADDRESS: 'x', ...env },
    });
    await keychain.set('item', new Secret('planted-value'));
    expect(await keychain.get('item')).toBeUndefined();
  });

  test('is killed when it does not answer in time, after a word about it', async () => {
    const log = new MemoryLog();
    const clock = new HandClock();
    const asked = problemOf(
      standIn('await new Promise(() => setInterval(() => {}, 1000));', { log, clock }).get('item'),
    );
    await clock.turn(2_000);
    expect(log.events('warn')).toEqual([
      'the keychain takes its time: it may be asking for its password in a window',
    ]);
    await clock.turn(60_000);
    expect(await asked).toMatchObject({ code: 'vault-keychain-silent' });
    expect((await asked).message).toContain('did not answer in time');
    expect(clock.waiting).toBe(0);
  });

  test('that breaks is a keychain that does not answer', async () => {
    for (const script of ['process.exit(3)', 'console.log("no JSON")']) {
      expect((await problemOf(standIn(script).probe())).code).toBe('vault-keychain-silent');
    }
  });
});

if (process.platform === 'linux') {
  test('without a D-Bus session nothing is asked, and the cause is named', async () => {
    const problem = await problemOf(keychainIn({ PATH: process.env['PATH'] ?? '' }).probe());
    expect(problem.message).toBe('The Secret Service does not answer: this process has no D-Bus session.');
  });
}

describeSecretService('a real Secret Service', () => {
  let service: Keyring;
  let keychain: Keychain;

  beforeEach(async () => {
    service = await keyring();
    keychain = keychainIn(service.env);
  });

  /** Why it does not answer `probe()`. */
  async function silence(): Promise<string> {
    return (await problemOf(keychain.probe())).message;
  }

  test('keeps what it is given over its own restart, and gives it back', async () => {
    await service.serve('password');
    await keychain.probe();
    await keychain.set('an item', new Secret('ein Schlüssel'));
    await service.serve('password');
    expect((await keychain.get('an item'))?.reveal()).toBe('ein Schlüssel');
    await keychain.delete('an item');
    await keychain.delete('an item');
    expect(await keychain.get('an item')).toBeUndefined();
  });

  test('that is locked says so, for what it has and for what it has not', async () => {
    await service.serve('password');
    await keychain.set('an item', new Secret('x'));
    await service.serve();
    expect(await silence()).toContain('it is locked');
    for (const item of ['an item', 'never there']) {
      expect((await problemOf(keychain.get(item))).message).toContain('it is locked');
    }
    await service.serve('wrong');
    expect(await silence()).toContain('it is locked');
    await service.serve('password');
    expect((await keychain.get('an item'))?.reveal()).toBe('x');
  });

  test('without a login keyring says so', async () => {
    await service.serve();
    expect(await silence()).toContain('it has no login keyring');
  });

  test('that nobody started is named as the cause', async () => {
    expect(await silence()).toContain('no Secret Service runs in this session');
  });

  test('on a bus that is gone is no session', async () => {
    keychain = keychainIn({ ...service.env, DBUS_SESSION_BUS_ADDRESS: `unix:path=${join('/', 'nowhere')}` });
    expect(await silence()).toContain('no D-Bus session');
  });

  test('that hangs is given up, and holds up nothing else', async () => {
    await service.serve('password');
    service.freeze();
    const hanging = [1, 2, 3, 4].map(() =>
      problemOf(keychainIn(service.env, { deadlineMs: 1_500 }).get('x')),
    );
    expect((await Bun.file('/proc/self/status').text()).length).toBeGreaterThan(0);
    for (const problem of await Promise.all(hanging))
      expect(problem.message).toContain('did not answer in time');
  });
});
