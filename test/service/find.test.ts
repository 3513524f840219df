import { describe, expect, it } from 'bun:test';
import { installedService, serviceOf } from '../../src/service/find.ts';
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
