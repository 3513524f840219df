import { afterAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { writeRunFile } from '../../src/admin/run-file.ts';
import { programFile } from '../../src/base/same-file.ts';
import { wallClock } from '../../src/base/clock.ts';
import { restartService, serviceKeeper, until } from '../../src/cli/keepers.ts';
import type { Scope, Service } from '../../src/service/service.ts';
import { openSender } from '../../src/wire/send.ts';
import { aCli } from '../help/a-cli.ts';
import { HandClock } from '../help/a-clock.ts';
import { until as untilReal } from '../help/a-command.ts';
import { aControl, noSuccessor } from '../help/a-control.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';

const folder = temporaryFolders();
const sender = openSender({ clock: wallClock });
const controls: { close(): Promise<void> }[] = [];
afterAll(async () => {
  for (const control of controls.splice(0)) await control.close();
  sender.close();
});

/** Where no proxy runs. */
const nobodyHome = () => aCli({ CCPROXY_HOME: folder() });

function aService(scope: Scope, { isAsStarted = false, pids = [] as number[] } = {}) {
  const done: string[] = [];
  const service: Service = {
    manager: 'systemd',
    scope,
    name: 'claude-code-proxy.service',
    look: () => {
      const pid = pids.length > 1 ? pids.shift() : pids[0];
      return Promise.resolve(
        pid === undefined
          ? undefined
          : { is: 'running', pid, isEnabled: true, declaredIn: '', detail: undefined },
      );
    },
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
  const { service, done } = aService('user', { isAsStarted: true });
  await restartService(nobodyHome(), sender, service);
  expect(done).toEqual(['restart']);
});

/** A proxy that says of itself what a real one does, and answers `says` where it is to start its successor. */
async function aRunning(says = () => Response.json({ pid: 4712, url: 'http://127.0.0.1:1' })) {
  const home = folder();
  const { url, token, asked, close } = aControl(says);
  controls.push({ close });
  const program = programFile(process.execPath);
  const facts = {
    pid: process.pid,
    url,
    controlUrl: url,
    controlToken: token,
    startedAt: 1,
    version: '1.0.0',
  };
  await writeRunFile(join(home, 'run.json'), { ...facts, program });
  return { cli: aCli({ CCPROXY_HOME: home }), asked };
}

test('a service hands over to a successor, of which its manager has to know', async () => {
  const { cli, asked } = await aRunning();
  const { service, done } = aService('user', { isAsStarted: true, pids: [process.pid, process.pid, 4712] });
  await restartService(cli, sender, service);
  expect(asked).toContain('/control/succeed');
  expect(done).toEqual([]);
});

test('a service of whose successor its manager knows nothing is restarted by that', async () => {
  const { cli, asked } = await aRunning();
  const clock = new HandClock();
  const { service, done } = aService('user', { isAsStarted: true, pids: [process.pid] });
  const restarting = restartService({ ...cli, clock }, sender, service);
  await untilReal(() => asked.includes('/control/succeed'));
  while (done.length === 0) await clock.turn(1_000);
  await restarting;
  expect(done).toEqual(['restart']);
});

test('a service whose successor does not come up goes on', async () => {
  const { cli } = await aRunning(noSuccessor);
  const { service, done } = aService('user', { isAsStarted: true, pids: [process.pid] });
  expect((await problemOf(restartService(cli, sender, service))).code).toBe('succession-failed');
  expect(done).toEqual([]);
});

test('but not where it has to go: that is stopped, and started', async () => {
  const { cli } = await aRunning(noSuccessor);
  const { service, done } = aService('user', { isAsStarted: true, pids: [process.pid] });
  await serviceKeeper(cli, sender, service)?.restart({ insists: true });
  expect(done).toEqual(['restart']);
});

test('nor where the proxy says nothing that can be understood', async () => {
  const { cli } = await aRunning(() => new Response('?'));
  const { service, done } = aService('user', { isAsStarted: true, pids: [process.pid] });
  await restartService(cli, sender, service);
  expect(done).toEqual(['restart']);
});

test('another proxy on the files of a service is left alone', async () => {
  const { cli, asked } = await aRunning();
  const { service, done } = aService('user', { isAsStarted: true, pids: [4711] });
  await restartService(cli, sender, service);
  expect(asked).not.toContain('/control/succeed');
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
