import { expect, test } from 'bun:test';
import { serviceKeeper, until } from '../../src/cli/keepers.ts';
import type { Scope, Service } from '../../src/service/service.ts';
import { wallClock } from '../../src/base/clock.ts';

function aService(scope: Scope): { service: Service; done: string[] } {
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
  };
  return { service, done };
}

test('the service of a person is restarted by its manager', async () => {
  const { service, done } = aService('user');
  await serviceKeeper(service)?.restart();
  expect(done).toEqual(['restart']);
});

test('that of the machine is left to an administrator', () => {
  const { service } = aService('system');
  const isAdministrator = process.platform === 'win32' || process.getuid?.() === 0;
  expect(serviceKeeper(service) !== undefined).toBe(isAdministrator);
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
