import { describe, expect, it } from 'bun:test';
import { join } from 'node:path';
import type { Plan } from '../../src/service/service.ts';
import { WindowsService, windowsHome } from '../../src/service/windows.ts';
import { serviceId } from '../../src/service/windows-home.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aMachine, type Replies } from '../help/a-machine.ts';

const aFolder = temporaryFolders();

/** What sc.exe says, in another language too: the numbers stay. */
function queried(state: number, exit = 0, own = 0): { out: string } {
  return {
    out: [
      '',
      'DIENSTNAME: claude-code-proxy',
      '        TYP                : 10  WIN32_OWN_PROCESS',
      `        STATE              : ${state}  RUNNING`,
      `        WIN32_EXIT_CODE    : ${exit}  (0x0)`,
      `        SERVICE_EXIT_CODE  : ${own}  (0x0)`,
      '        PID                : 4711',
      '        FLAGS              :',
    ].join('\r\n'),
  };
}

function aWindows(replies: Replies) {
  const machine = aMachine(replies, { platform: 'win32', uid: undefined });
  return { machine, service: new WindowsService(machine) };
}

const none = { code: 1060, out: '[SC] EnumQueryServicesStatus:OpenService FAILED 1060:\r\n' };

describe('the service of Windows', () => {
  it('is made for an account of its own, and its folder is closed for everybody else', async () => {
    const home = join(aFolder(), 'ours');
    const plan: Plan = {
      program: ['C:\\Program Files\\x\\claude-code-proxy.exe'],
      home,
      config: undefined,
      user: undefined,
      drainSeconds: 25,
    };
    const { machine, service } = aWindows((command) => (command.includes('queryex') ? none : undefined));
    await service.install(plan);
    const [created] = machine.asked.filter((command) => command.startsWith('sc.exe create'));
    expect(created).toBe(
      `sc.exe create claude-code-proxy binPath= "C:\\Program Files\\x\\claude-code-proxy.exe" service run --home ${home} ` +
        'start= delayed-auto obj= NT SERVICE\\claude-code-proxy DisplayName= Claude Code Proxy',
    );
    const icacls = machine.asked.filter((command) => command.startsWith('icacls.exe'));
    expect(icacls.slice(1)).toEqual([
      `icacls.exe ${home} /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F`,
      `icacls.exe ${home} /grant:r *${serviceId('claude-code-proxy')}:(OI)(CI)F`,
    ]);
    // Closed before there is a service that reads it, and open to that when there is.
    const order = machine.asked.filter((command) => /^icacls|^sc.exe create/.test(command));
    expect(order.map((command) => command.split('.')[0]).join(' ')).toBe('icacls icacls sc icacls');
  });

  it('that is there already is changed', async () => {
    const plan: Plan = {
      program: ['C:\\p.exe'],
      home: join(aFolder(), 'x'),
      config: undefined,
      user: undefined,
      drainSeconds: 25,
    };
    const { machine, service } = aWindows((command) =>
      command.includes('queryex') ? queried(4) : undefined,
    );
    await service.install(plan);
    expect(
      machine.asked.some((command) => command.startsWith('sc.exe config claude-code-proxy binPath=')),
    ).toBe(true);
  });

  it('is told by numbers: words are translated', async () => {
    const { service } = aWindows((command) =>
      command.includes('queryex')
        ? queried(4)
        : { out: '        START_TYPE         : 2   AUTO_START (DELAYED)\r\n' },
    );
    expect(await service.look()).toEqual({
      is: 'running',
      pid: 4711,
      isEnabled: true,
      declaredIn: 'service claude-code-proxy',
      detail: undefined,
    });
  });

  it('that ended with a code of ours has failed, one that never ran has not', async () => {
    expect(await aWindows(() => queried(1, 1066, 3)).service.look()).toMatchObject({
      is: 'failed',
      detail: 'it ended with 3',
    });
    expect(await aWindows(() => queried(1, 1077)).service.look()).toMatchObject({
      is: 'stopped',
      detail: undefined,
    });
  });

  it('that is not there is not installed', async () => {
    expect(await aWindows(() => none).service.look()).toBeUndefined();
  });

  it('has stopped when its manager says so', async () => {
    let looks = 0;
    const { service } = aWindows((command) => {
      if (!command.includes('queryex')) return undefined;
      looks += 1;
      return queried(1);
    });
    await service.stop();
    expect(looks).toBe(1);
  });

  it('that does not come up is a failure, with how it ended', async () => {
    const { service } = aWindows((command) =>
      command.includes('queryex') ? queried(1, 1066, 3) : undefined,
    );
    await expect(service.start()).rejects.toMatchObject({
      code: 'service-failed',
      message: 'The service did not start: it ended with 3.',
    });
  });

  it('wants an administrator', async () => {
    const { service } = aWindows(() => ({
      code: 5,
      out: '[SC] OpenService FAILED 5:\r\n\r\nZugriff verweigert\r\n',
    }));
    await expect(service.stop()).rejects.toMatchObject({ code: 'service-rights' });
  });

  it('keeps its files where those of the machine are', () => {
    expect(windowsHome({ ProgramData: '/d' })).toBe('/d/claude-code-proxy');
  });
});
