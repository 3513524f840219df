import { afterEach, describe, expect, it } from 'bun:test';
import { readFileSync } from 'node:fs';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { listen } from '../../src/wire/listen.ts';
import type { Listener } from '../../src/wire/listener.ts';
import { dealOut, giveAllTo, shareAddress } from '../../src/wire/shared-address.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { rawSend } from '../help/raw.ts';

const folder = temporaryFolders();
const open: Listener[] = [];
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close();
});

/** Answers with its name. */
async function named(name: string, more: { port?: number; isShared?: boolean } = {}): Promise<Listener> {
  const listener = await listen(
    () => Promise.resolve({ status: 200, headers: [], body: Buffer.from(name) }),
    { host: '127.0.0.1', port: 0, log: silentLog, clock: wallClock, ...more },
  );
  open.push(listener);
  return listener;
}

const descriptorOf = ({ descriptor }: Listener): number => descriptor ?? -1;

/** Who answered each of `calls` calls, a connection each. */
async function whoAnswers(port: number, calls: number): Promise<Set<string>> {
  const one = async (): Promise<string> => {
    const { text } = await rawSend(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    return text.slice(text.indexOf('\r\n\r\n') + 4);
  };
  return new Set(await Promise.all(Array.from({ length: calls }, one)));
}

describe.if(process.platform === 'linux')('the address of a listener', () => {
  it('is shared with nobody until it is said, and no longer when that is taken back', async () => {
    const first = await named('first');
    const { port } = first;
    await expect(named('second', { port, isShared: true })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(shareAddress(descriptorOf(first), true)).toBe(true);
    // Who does not ask for a share finds it in use all the same.
    await expect(named('second', { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(shareAddress(descriptorOf(first), false)).toBe(true);
    await expect(named('second', { port, isShared: true })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  // docs/threat-model.md says so: whoever finds this no longer so changes it there.
  it('can be had by whoever asks for a share, once it was shared, also when that is taken back', async () => {
    const first = await named('first');
    const { port } = first;
    shareAddress(descriptorOf(first), true);
    const second = await named('second', { port, isShared: true });
    for (const one of [first, second]) shareAddress(descriptorOf(one), false);
    await expect(named('third', { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect((await named('third', { port, isShared: true })).port).toBe(port);
  });

  it('leads to the one that it is given to, and to whoever is left when that is gone', async () => {
    const first = await named('first');
    shareAddress(descriptorOf(first), true);
    const { port } = first;
    const second = await named('second', { port, isShared: true });
    expect(await whoAnswers(port, 60)).toEqual(new Set(['first', 'second']));
    expect(giveAllTo(descriptorOf(second), 1)).toBe(true);
    expect(await whoAnswers(port, 60)).toEqual(new Set(['second']));
    await first.close();
    expect(await whoAnswers(port, 20)).toEqual(new Set(['second']));
    // The next one that comes gets all of them at once.
    shareAddress(descriptorOf(second), true);
    await named('third', { port, isShared: true });
    expect(await whoAnswers(port, 60)).toEqual(new Set(['third']));
  });

  it('is dealt out by chance again where nobody is to have it', async () => {
    const first = await named('first');
    shareAddress(descriptorOf(first), true);
    const { port } = first;
    const second = await named('second', { port, isShared: true });
    giveAllTo(descriptorOf(second), 0);
    expect(await whoAnswers(port, 60)).toEqual(new Set(['first']));
    expect(dealOut(descriptorOf(first))).toBe(true);
    expect(await whoAnswers(port, 60)).toEqual(new Set(['first', 'second']));
  });

  it('can be shared where it speaks TLS', async () => {
    const { pem, key } = aCertificate(folder(), 'shared');
    const secure = await listen(() => Promise.resolve({ status: 200, headers: [], body: undefined }), {
      host: '127.0.0.1',
      port: 0,
      tls: { cert: pem, key: readFileSync(key, 'utf8') },
      log: silentLog,
      clock: wallClock,
    });
    open.push(secure);
    expect(shareAddress(descriptorOf(secure), true)).toBe(true);
  });

  it('cannot be shared where there is no socket', () => {
    expect(shareAddress(-1, true)).toBe(false);
    expect(giveAllTo(-1, 0)).toBe(false);
    expect(dealOut(-1)).toBe(false);
  });
});
