import { describe, expect, it } from 'bun:test';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchdService } from '../../src/service/launchd.ts';
import type { Plan } from '../../src/service/service.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aMachine, type Replies } from '../help/a-machine.ts';

const aFolder = temporaryFolders();
const plan: Plan = {
  program: ['/usr/local/bin/claude-code-proxy'],
  home: undefined,
  config: undefined,
  user: undefined,
  drainSeconds: 25,
};
const notLoaded = {
  code: 113,
  err: 'Could not find service "claude-code-proxy" in domain for user gui: 501\n',
};

function aMac(replies: Replies) {
  const userHome = aFolder();
  const machine = aMachine(replies, { platform: 'darwin', userHome, uid: 501 });
  return { userHome, machine, service: new LaunchdService(machine, 'user') };
}

describe('the agent in launchd', () => {
  it('is a property list of the user, and what it says goes where nobody else reads', async () => {
    const { userHome, service } = aMac(() => undefined);
    expect(await service.look()).toBeUndefined();
    await service.install(plan);
    const text = readFileSync(join(userHome, 'Library/LaunchAgents/claude-code-proxy.plist'), 'utf8');
    expect(text).toContain(`<string>${userHome}/.claude-code-proxy/logs/serve.log</string>`);
    expect(statSync(join(userHome, '.claude-code-proxy/logs')).mode & 0o777).toBe(0o700);
  });

  it('is loaded where it is not, and started where it is', async () => {
    const first = aMac((command) => (command.startsWith('launchctl print') ? notLoaded : undefined));
    await first.service.start();
    expect(first.machine.asked.at(-1)).toBe(
      `launchctl bootstrap gui/501 ${first.userHome}/Library/LaunchAgents/claude-code-proxy.plist`,
    );
    const second = aMac(() => undefined);
    await second.service.start();
    expect(second.machine.asked.at(-1)).toBe('launchctl kickstart gui/501/claude-code-proxy');
  });

  it('has stopped when launchd knows it no longer: answers that run may still end meanwhile', async () => {
    let looks = 0;
    const { machine, service } = aMac((command) => {
      if (command.startsWith('launchctl bootout')) return { code: 36, err: 'Operation now in progress\n' };
      if (!command.startsWith('launchctl print')) return undefined;
      looks += 1;
      return looks > 1 ? notLoaded : undefined;
    });
    await service.stop();
    expect(looks).toBe(2);
    expect(machine.asked).toContain('launchctl bootout gui/501/claude-code-proxy');
  });

  it('is told as launchd prints it', async () => {
    const printed = '\tstate = running\n\tpid = 812\n\tlast exit code = (never exited)\n';
    const { service } = aMac((command) =>
      command.startsWith('launchctl print') ? { out: printed } : undefined,
    );
    await service.install(plan);
    expect(await service.look()).toMatchObject({
      is: 'running',
      pid: 812,
      isEnabled: true,
      detail: undefined,
    });
  });

  it('that failed is told with how it ended', async () => {
    const printed = '\tstate = spawn scheduled\n\tlast exit code = 3\n';
    const { service } = aMac((command) =>
      command.startsWith('launchctl print') ? { out: printed } : undefined,
    );
    await service.install(plan);
    expect(await service.look()).toMatchObject({ is: 'failed', pid: undefined, detail: 'it ended with 3' });
  });
});

describe('the daemon in launchd', () => {
  it('wants an administrator, and somebody who runs it', async () => {
    const poor = new LaunchdService(
      aMachine(() => undefined, { platform: 'darwin', uid: 501 }),
      'system',
    );
    await expect(poor.install(plan)).rejects.toMatchObject({ code: 'service-rights' });
    const root = new LaunchdService(
      aMachine(() => undefined, { platform: 'darwin', uid: 0 }),
      'system',
    );
    await expect(root.install(plan)).rejects.toMatchObject({ code: 'service-user' });
  });
});
