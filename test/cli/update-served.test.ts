import { afterEach, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRunFile, writeRunFile, type RunningProxy } from '../../src/admin/run-file.ts';
import { startEnvironment } from '../../src/admin/start-environment.ts';
import { wallClock } from '../../src/base/clock.ts';
import { longestOpeningMs } from '../../src/base/opening.ts';
import { programFile } from '../../src/base/same-file.ts';
import { seeItWell } from '../../src/cli/update-restart.ts';
import { startAnew } from '../../src/cli/update-served.ts';
import { openSender } from '../../src/wire/send.ts';
import { aCli } from '../help/a-cli.ts';
import { HandClock } from '../help/a-clock.ts';
import { until } from '../help/a-command.ts';
import { aControl, noSuccessor } from '../help/a-control.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';

const folder = temporaryFolders();
const rooms = new Rooms();
afterEach(() => rooms.close());

/** A systemd that has one unit of this user, run by this process, and cannot restart it. */
const systemctl = `#!/bin/sh
while case "$1" in --*) true ;; *) false ;; esac; do shift; done
case "$1" in
show) printf 'LoadState=loaded\\nActiveState=active\\nMainPID=%s\\nResult=success\\n' "$SERVICE_PID" ;;
restart) echo restart >>"$ASKED"; exit 1 ;;
esac
`;

/** A proxy that runs in this process, and a program beside it that has just been replaced. */
async function updated({ isService = false } = {}) {
  const proxy = await rooms.add(aProxy());
  const place = folder();
  const binary = join(place, 'claude-code-proxy');
  writeFileSync(binary, 'the newer one');
  writeFileSync(`${binary}.previous`, 'the older one');
  const tools = join(place, 'tools');
  mkdirSync(tools);
  if (isService) writeFileSync(join(tools, 'systemctl'), systemctl, { mode: 0o755 });
  const asked = join(place, 'asked');
  const env = {
    PATH: isService ? `${tools}:/usr/bin:/bin` : tools,
    CCPROXY_HOME: proxy.places.home,
    SERVICE_PID: String(process.pid),
    ASKED: asked,
  };
  const sender = openSender({ clock: wallClock });
  await rooms.add(Promise.resolve({ close: () => Promise.resolve(sender.close()) }));
  const cli = aCli(env);
  return {
    proxy,
    binary,
    cli,
    sender,
    asked,
    start: () => startAnew(cli, sender, { binary, current: '0.1.0' }, '99.0.0'),
    /** Has the proxy say something else of itself. */
    async says(more: (running: RunningProxy) => Partial<RunningProxy>) {
      const running = await readRunFile(proxy.places.run);
      if (running === undefined) throw new Error('nothing runs');
      await writeRunFile(proxy.places.run, { ...running, ...more(running) });
    },
  };
}

test('a proxy says which file it runs', async () => {
  const { proxy } = await updated();
  const running = await readRunFile(proxy.places.run);
  expect(running?.program?.path).toBe(realpathSync(process.execPath));
  expect(running?.program?.file).toMatch(/^\d+:\d+$/);
});

test('one that runs another file is left, and why is said', async () => {
  const { start, says, proxy } = await updated();
  await says(() => ({ background: { config: null } }));
  const [one, ...others] = await start();
  expect(others).toEqual([]);
  expect(one).toMatchObject({ is: 'left', url: proxy.url, pid: process.pid });
  expect(one?.advice).toContain(`It runs another program, ${realpathSync(process.execPath)}`);
});

test.if(process.platform === 'linux')(
  'so is a service that runs another file: it is not restarted',
  async () => {
    const { start, asked } = await updated({ isService: true });
    const [one] = await start();
    expect(one).toMatchObject({ is: 'left', pid: process.pid });
    expect(one?.advice).toContain('It runs another program');
    expect(existsSync(asked)).toBe(false);
  },
);

test('one in the background that this terminal would start with other variables is left', async () => {
  const { start, says } = await updated();
  await says(({ controlToken }) => ({
    program: undefined,
    background: {
      config: null,
      environment: startEnvironment({ CCPROXY_VAULT_PASSPHRASE: 'planted' }, controlToken),
    },
  }));
  const [one] = await start();
  expect(one?.is).toBe('left');
  expect(one?.advice).toContain('other variables than are set here (CCPROXY_VAULT_PASSPHRASE)');
});

test.if(process.platform === 'linux')(
  'a service that could not be restarted and goes on has been rolled back, not stuck',
  async () => {
    const { start, says, binary, asked } = await updated({ isService: true });
    await says(() => ({ program: undefined }));
    const { code, message } = await problemOf(start());
    expect(code).toBe('update-rolled-back');
    expect(message).toContain('Version 99.0.0 did not come up, so version 0.1.0 is back');
    expect(readFileSync(binary, 'utf8')).toBe('the older one');
    expect(readFileSync(asked, 'utf8')).toBe('restart\n');
  },
);

test('one that migrates its database first is waited for as long as the trial may take', async () => {
  const { cli, proxy, says, sender } = await updated();
  await says(() => ({ version: '0.1.0' }));
  const clock = new HandClock();
  const seen = seeItWell({ cli: { ...cli, clock }, pid: 0, health: 'fail' }, sender, '99.0.0');
  await until(() => clock.waiting === 1);
  clock.skip(longestOpeningMs - 1_000);
  await clock.turn(100);
  await until(() => clock.waiting === 1);
  await says(() => ({ version: '99.0.0' }));
  await clock.turn(100);
  expect((await seen).running.url).toBe(proxy.url);
});

test.if(process.platform === 'linux')('where nothing helps, only what exists is named', async () => {
  const kept = await updated({ isService: true });
  await kept.says(() => ({ program: undefined, pid: process.ppid }));
  const { code, fix } = await problemOf(kept.start());
  expect(code).toBe('update-stuck');
  expect(fix).toBe(`Version 0.1.0 is back in ${kept.binary}; start it.`);
});

test.if(process.platform === 'linux')(
  'where the program could not be put back, it is said where it is',
  async () => {
    const kept = await updated({ isService: true });
    await kept.says(() => ({ program: undefined }));
    rmSync(kept.binary);
    mkdirSync(kept.binary);
    const { code, fix } = await problemOf(kept.start());
    expect(code).toBe('update-stuck');
    expect(fix).toBe(`Put ${kept.binary}.previous in the place of ${kept.binary}; start it.`);
  },
);

/** The same, which says that nothing has changed since the start of `$PROGRAM`; who runs it stands in `$PIDS`. */
const systemctlOfOne = `#!/bin/sh
while case "$1" in --*) true ;; *) false ;; esac; do shift; done
case "$1" in
show)
  printf 'LoadState=loaded\\nActiveState=active\\nResult=success\\nMainPID=%s\\n' "$(cat "$PIDS")"
  printf 'NeedDaemonReload=no\\nActiveEnterTimestamp=@9999999999\\nExecStart={ path=%s ; argv[]=x }\\n' "$PROGRAM"
  ;;
show-environment) echo '{}' ;;
restart) echo restart >>"$ASKED"; exit 1 ;;
esac
`;

// On Linux nothing but the one that was not well could have ended it: the update was stuck.
test.if(process.platform === 'linux')(
  'a newer one that is not well, and starts no successor, is stopped all the same',
  async () => {
    const place = realpathSync(folder());
    const [binary, run, pids, asked] = ['claude-code-proxy', 'run.json', 'pids', 'asked'].map((name) =>
      join(place, name),
    ) as [string, string, string, string];
    writeFileSync(binary, 'the newer one');
    writeFileSync(`${binary}.previous`, 'the older one');
    writeFileSync(join(place, 'systemctl'), systemctlOfOne, { mode: 0o755 });
    const runs = async (pid: number, version: string): Promise<void> => {
      writeFileSync(pids, String(pid));
      const { url, token: controlToken } = control;
      const program = programFile(binary);
      await writeRunFile(run, { pid, url, controlUrl: url, controlToken, startedAt: 1, version, program });
    };
    let isNew = false;
    const control = aControl(async (path) => {
      if (path !== '/control/succeed') return Response.json({ status: isNew ? 'fail' : 'pass' });
      if (isNew) return noSuccessor();
      isNew = true;
      await runs(process.ppid, '99.0.0');
      return Response.json({ pid: process.ppid, url: control.url });
    });
    await rooms.add(Promise.resolve(control));
    await runs(process.pid, '0.1.0');
    const sender = openSender({ clock: wallClock });
    await rooms.add(Promise.resolve({ close: () => Promise.resolve(sender.close()) }));
    const clock = new HandClock();
    const paths = { PATH: `${place}:/usr/bin:/bin`, PROGRAM: binary, PIDS: pids, ASKED: asked };
    const cli = { ...aCli({ CCPROXY_HOME: place, ...paths }), clock };
    const said = problemOf(startAnew(cli, sender, { binary, current: '0.1.0' }, '99.0.0'));
    await until(() => isNew && clock.waiting === 1);
    clock.skip(longestOpeningMs);
    await clock.turn(100);
    expect((await said).code).toBe('update-stuck');
    expect(readFileSync(asked, 'utf8')).toBe('restart\n');
  },
);
