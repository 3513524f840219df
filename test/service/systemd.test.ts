import { describe, expect, it } from 'bun:test';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../../src/service/service.ts';
import { SystemdService } from '../../src/service/systemd.ts';
import { systemdUnit } from '../../src/service/systemd-unit.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aMachine, shownUnit, type Replies } from '../help/a-machine.ts';

const aFolder = temporaryFolders();
const plan: Plan = {
  program: ['/usr/bin/claude-code-proxy'],
  home: undefined,
  config: undefined,
  user: undefined,
  drainSeconds: 25,
};

/** A user with a home of their own, whose systemd answers as `replies` say. */
function aUser(replies: Replies) {
  const userHome = aFolder();
  const machine = aMachine(replies, { userHome });
  const path = join(userHome, '.config/systemd/user/claude-code-proxy.service');
  return { machine, path, service: new SystemdService(machine, 'user') };
}

const missing = () =>
  shownUnit({ LoadState: 'not-found', ActiveState: 'inactive', MainPID: '0', UnitFileState: '' });

describe('the service of a user in systemd', () => {
  it('is written down, read and switched on', async () => {
    const { machine, path, service } = aUser((command) =>
      command.includes(' show ') ? missing() : undefined,
    );
    await service.install(plan);
    expect(readFileSync(path, 'utf8')).toBe(systemdUnit('user', plan));
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(machine.asked.slice(-2)).toEqual([
      'systemctl --user --no-ask-password daemon-reload',
      'systemctl --user --no-ask-password enable claude-code-proxy.service',
    ]);
  });

  it('goes without namespaces where a try of them fails', async () => {
    const { path, service } = aUser((command) =>
      command.includes(' show ') ? missing() : command.startsWith('systemd-run') ? { code: 226 } : undefined,
    );
    await service.install(plan);
    expect(readFileSync(path, 'utf8')).toBe(systemdUnit('user', plan, false));
  });

  it('is taken away with its file', async () => {
    const { machine, path, service } = aUser((command) =>
      command.includes(' show ') ? missing() : undefined,
    );
    await service.install(plan);
    await service.uninstall();
    expect(existsSync(path)).toBe(false);
    expect(machine.asked).toContain(
      'systemctl --user --no-ask-password disable --now claude-code-proxy.service',
    );
  });

  it('is told as systemd tells it', async () => {
    const { service } = aUser(() => shownUnit({ FragmentPath: '/x/y.service' }));
    expect(await service.look()).toEqual({
      is: 'running',
      pid: 77,
      isEnabled: true,
      declaredIn: '/x/y.service',
      detail: undefined,
    });
  });

  it('that failed is told with how it ended', async () => {
    const facts = { ActiveState: 'failed', MainPID: '0', Result: 'exit-code', ExecMainStatus: '3' };
    expect(await aUser(() => shownUnit(facts)).service.look()).toMatchObject({
      is: 'failed',
      pid: undefined,
      detail: 'exit-code, exit code 3',
    });
  });

  it('does not exist where there is no session to ask', async () => {
    const { path, service } = aUser(() => ({ code: 1, err: 'Failed to connect to bus: No medium found\n' }));
    expect(await service.look()).toBeUndefined();
    await expect(service.install(plan)).rejects.toMatchObject({ code: 'service-session' });
    expect(existsSync(path)).toBe(false);
  });

  it('of a machine without systemd is no failure of ours', async () => {
    const err = "System has not been booted with systemd as init system (PID 1). Can't operate.\n";
    const { service } = aUser(() => ({ code: 1, err }));
    await expect(service.start()).rejects.toMatchObject({ code: 'service-unsupported' });
  });

  it('goes by where the configuration of the user is', async () => {
    const folder = aFolder();
    const machine = aMachine((command) => (command.includes(' show ') ? missing() : undefined), {
      env: { XDG_CONFIG_HOME: folder },
    });
    await new SystemdService(machine, 'user').install(plan);
    expect(existsSync(join(folder, 'systemd/user/claude-code-proxy.service'))).toBe(true);
  });

  it('says whether it outlasts the session', async () => {
    const { service } = aUser((command) =>
      command.startsWith('loginctl show-user ann') ? { out: 'yes\n' } : undefined,
    );
    expect(await service.lingers('ann')).toBe(true);
    expect(await service.lingers('bob')).toBe(false);
  });
});

describe('the service of the machine in systemd', () => {
  it('is left alone by who is not root, before anything is asked', async () => {
    const machine = aMachine(() => undefined);
    const service = new SystemdService(machine, 'system');
    for (const act of [() => service.install(plan), () => service.stop(), () => service.uninstall()])
      await expect(act()).rejects.toMatchObject({ code: 'service-rights' });
    expect(machine.asked).toEqual([]);
  });

  it('that a package brought is switched on and stays as it is', async () => {
    const packaged = shownUnit({ FragmentPath: '/usr/lib/systemd/system/claude-code-proxy.service' });
    const machine = aMachine((command) => (command.includes(' show ') ? packaged : undefined), { uid: 0 });
    const service = new SystemdService(machine, 'system');
    await service.install(plan);
    expect(machine.asked.at(-1)).toBe('systemctl --no-ask-password enable claude-code-proxy.service');
    expect(machine.asked.join('\n')).not.toContain('daemon-reload');
    await expect(service.uninstall()).rejects.toMatchObject({ code: 'service-packaged' });
    expect(machine.asked).toContain('systemctl --no-ask-password disable --now claude-code-proxy.service');
  });

  it('refused by the system says that rights are missing', async () => {
    const machine = aMachine(() => ({ code: 1, err: 'Failed to stop x: Access denied\n' }), { uid: 0 });
    await expect(new SystemdService(machine, 'system').stop()).rejects.toMatchObject({
      code: 'service-rights',
    });
  });
});
