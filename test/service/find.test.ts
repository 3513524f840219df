import { describe, expect, it } from 'bun:test';
import { installedService, restartService, serviceOf } from '../../src/service/find.ts';
import { aMachine, shownUnit, type Replies } from '../help/a-machine.ts';

const gone = () => shownUnit({ LoadState: 'not-found' });

/** Where systemd shows `facts` for the user's unit, and for that of the machine. */
function shows(user: ReturnType<typeof shownUnit>, system: ReturnType<typeof shownUnit>): Replies {
  return (command) => (!command.includes(' show ') ? undefined : command.includes('--user') ? user : system);
}

describe('which service is meant', () => {
  it('is the own one before that of the machine', async () => {
    expect((await installedService(aMachine(shows(shownUnit({}), shownUnit({}))))).scope).toBe('user');
    expect((await installedService(aMachine(shows(gone(), shownUnit({}))))).scope).toBe('system');
  });

  it('is the one that was asked for', async () => {
    expect((await installedService(aMachine(shows(shownUnit({}), shownUnit({}))), 'system')).scope).toBe(
      'system',
    );
    await expect(installedService(aMachine(shows(shownUnit({}), gone())), 'system')).rejects.toMatchObject({
      code: 'service-not-installed',
    });
  });

  it('is none where there is no service manager that is known', () => {
    expect(() =>
      serviceOf(
        aMachine(() => undefined, { platform: 'freebsd' }),
        undefined,
      ),
    ).toThrow(expect.objectContaining({ code: 'service-unsupported' }));
    expect(() =>
      serviceOf(
        aMachine(() => undefined, { platform: 'win32' }),
        'user',
      ),
    ).toThrow(expect.objectContaining({ code: 'service-unsupported' }));
  });
});

describe('restarting after another program took its place', () => {
  it('restarts what runs', async () => {
    const machine = aMachine(shows(shownUnit({}), gone()));
    expect(await restartService(machine)).toMatchObject({ is: 'done', service: { scope: 'user' } });
    expect(machine.asked.at(-1)).toBe('systemctl --user --no-ask-password restart claude-code-proxy.service');
  });

  it('starts nothing that somebody has stopped', async () => {
    const machine = aMachine(shows(shownUnit({ ActiveState: 'inactive', MainPID: '0' }), gone()));
    expect(await restartService(machine)).toEqual({ is: 'not-running' });
    expect(machine.asked.join()).not.toContain('restart');
  });

  it('has nothing to do where none is installed, or nothing could be', async () => {
    expect(await restartService(aMachine(shows(gone(), gone())))).toEqual({ is: 'not-installed' });
    expect(await restartService(aMachine(() => undefined, { platform: 'freebsd' }))).toEqual({
      is: 'not-installed',
    });
    const bare = { ...aMachine(() => undefined), run: () => Promise.reject(new Error('ENOENT')) };
    expect(await restartService(bare)).toEqual({ is: 'not-installed' });
  });

  it('passes on why it could not', async () => {
    const machine = aMachine((command) =>
      command.includes(' show ') ? shownUnit({}) : { code: 1, err: 'Job failed.\n' },
    );
    await expect(restartService(machine)).rejects.toMatchObject({ code: 'service-failed' });
  });
});
