import { describe, expect, it } from 'bun:test';
import type { Account } from '../../../src/accounts/account.ts';
import { Secret } from '../../../src/base/secret.ts';
import type { Channel } from '../../../src/server/workers/channel.ts';
import { RemoteSecrets } from '../../../src/server/workers/remote-secrets.ts';
import type { OwnerSpeech, WorkerSpeech } from '../../../src/server/workers/speech.ts';
import { HandClock, settled } from '../../help/a-clock.ts';
import { anAccount } from '../../help/an-account.ts';

/** A first process that answers by hand: questions in the order in which they came. */
function aFirstProcess() {
  const asked: string[] = [];
  const waiting: ((reply: unknown) => void)[] = [];
  const channel = {
    ask: (name: string) => {
      asked.push(name);
      return new Promise((resolve) => waiting.push(resolve));
    },
  } as unknown as Pick<Channel<WorkerSpeech, OwnerSpeech>, 'ask'>;
  const answer = async (question: number, reply: unknown): Promise<void> => {
    waiting[question]?.(reply);
    await settled();
  };
  const token = (question: number, secret: string) =>
    answer(question, { secret, forMs: 5_000, trouble: undefined });
  return { asked, answer, token, secrets: new RemoteSecrets(channel, new HandClock()) };
}

const account: Account = anAccount('one', { kind: 'oauth' });
const renewed = { is: 'renewed' };

describe('secrets that the first process gave', () => {
  it('are asked for once, by however many calls', async () => {
    const { asked, token, secrets } = aFirstProcess();
    const both = [secrets.secretOf(account), secrets.secretOf(account)];
    await token(0, 'token');
    expect((await Promise.all(both)).map((secret) => secret?.reveal())).toEqual(['token', 'token']);
    expect((await secrets.secretOf(account))?.reveal()).toBe('token');
    expect(asked).toEqual(['secret']);
  });

  it.each([
    ['before the new one is there', ['secret', 'renew']],
    ['after the new one is there', ['renew', 'secret']],
  ])('are not those that were refused, where these come once more %s', async (_, order) => {
    const { asked, answer, token, secrets } = aFirstProcess();
    const ofAnother = secrets.secretOf(account);
    const renewal = secrets.tokens.renew(account, new Secret('refused'));
    for (const name of order) await (name === 'secret' ? token(0, 'refused') : answer(1, renewed));
    expect((await ofAnother)?.reveal()).toBe('refused');
    await renewal;
    const again = secrets.secretOf(account);
    expect(asked).toEqual(['secret', 'renew', 'secret']);
    await token(2, 'new');
    expect((await again)?.reveal()).toBe('new');
  });

  it('are not those that were refused, where these were asked for while they were renewed', async () => {
    const { asked, answer, token, secrets } = aFirstProcess();
    const renewal = secrets.tokens.renew(account, new Secret('refused'));
    const ofAnother = secrets.secretOf(account);
    await token(1, 'refused');
    await ofAnother;
    await answer(0, renewed);
    await renewal;
    void secrets.secretOf(account);
    expect(asked).toEqual(['renew', 'secret', 'secret']);
  });
});
