import { afterAll, expect, test } from 'bun:test';
import { wallClock } from '../../src/base/clock.ts';
import { restartService, serviceKeeper, until } from '../../src/cli/keepers.ts';
import type { Scope, Service } from '../../src/service/service.ts';
import { openSender } from '../../src/wire/send.ts';
import { aCli } from '../help/a-cli.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();
const sender = openSender({ clock: wallClock });
afterAll(() => {
  sender.close();
});

/** Where no proxy runs. */
const nobodyHome = () => aCli({ CCPROXY_HOME: folder() });

function aService(scope: Scope, isAsStarted = false): { service: Service; done: string[] } {
  const done: string[] = [];
  const service: Service = {
    manager: 'systemd',
    scope,
    name: 'claude-code-proxy.service',
    look: () => Promise.resolve(undefined),
    install: () => Promise.resolve(),
    uninstall: () => Promise.resolve(),
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    restart: () => {
      done.push('restart');
      return Promise.resolve();
    },
    isAsStarted: () => Promise.resolve(isAsStarted),
  };
  return { service, done };
}

test('the service of a person is restarted by its manager', async () => {
  const { service, done } = aService('user');
  await serviceKeeper(nobodyHome(), sender, service)?.restart();
  expect(done).toEqual(['restart']);
});

test('so is one that would be given the same, where nothing answers that could start a successor', async () => {
  const { service, done } = aService('user', true);
  await restartService(nobodyHome(), sender, service);
  expect(done).toEqual(['restart']);
});

test('that of the machine is left to an administrator', () => {
  const { service } = aService('system');
  const isAdministrator = process.platform === 'win32' || process.getuid?.() === 0;
  expect(serviceKeeper(nobodyHome(), sender, service) !== undefined).toBe(isAdministrator);
});

test('what is waited for may fail meanwhile, and is not waited for forever', async () => {
  let asked = 0;
  await until(wallClock, 5_000, () => {
    asked += 1;
    return asked < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve(true);
  });
  expect(asked).toBe(3);
  await expect(until(wallClock, 0, () => Promise.resolve(false))).rejects.toThrow('not within 0 seconds');
});
