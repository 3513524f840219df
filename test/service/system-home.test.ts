import { describe, expect, it } from 'bun:test';
import { makeSystemHome } from '../../src/service/system-home.ts';
import { aMachine, type Replies } from '../help/a-machine.ts';

const user = 'claude-code-proxy';
const looked = 'stat --format=%U -- /srv/ccp';

function made(replies: Replies) {
  const machine = aMachine(replies, { uid: 0 });
  return { machine, done: makeSystemHome(machine, '/srv/ccp', user) };
}

describe('the home of the service of the machine', () => {
  it('is made where there is none, for the user of the service alone', async () => {
    const { machine, done } = made((command) => (command === looked ? { code: 1 } : undefined));
    await done;
    expect(machine.asked).toEqual([looked, 'install -d -m 0700 -o claude-code-proxy -- /srv/ccp']);
  });

  it('stays as it is where it is theirs already', async () => {
    const { machine, done } = made(() => ({ out: `${user}\n` }));
    await done;
    expect(machine.asked).toEqual([looked]);
  });

  it('is taken from nobody', async () => {
    const { machine, done } = made(() => ({ out: 'ann\n' }));
    await expect(done).rejects.toMatchObject({
      code: 'service-home-foreign',
      message: '/srv/ccp belongs to ann, and the service runs as claude-code-proxy.',
    });
    expect(machine.asked).toEqual([looked]);
  });

  it('that cannot be made is told', async () => {
    const { done } = made(() => ({
      code: 1,
      err: 'install: cannot create directory: Read-only file system',
    }));
    await expect(done).rejects.toMatchObject({ code: 'service-failed' });
  });
});
