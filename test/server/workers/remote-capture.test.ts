import { describe, expect, it } from 'bun:test';
import { defaultSettings } from '../../../src/config/settings.ts';
import type { Channel } from '../../../src/server/workers/channel.ts';
import { RemoteCapture } from '../../../src/server/workers/remote-capture.ts';
import type { OwnerSpeech, WorkerSpeech } from '../../../src/server/workers/speech.ts';
import { aCallRecord } from '../../help/a-call-record.ts';
import { settled } from '../../help/a-clock.ts';
import { MemoryLog } from '../../help/a-log.ts';

const mib = 2 ** 20;

/** Captures of a worker whose first process takes none before it is told to. */
function aBusyProcess() {
  const waiting: (() => void)[] = [];
  const channel = {
    ask: () => new Promise<void>((resolve) => waiting.push(resolve)),
  } as unknown as Pick<Channel<WorkerSpeech, OwnerSpeech>, 'ask'>;
  const settings = { capture: { ...defaultSettings.capture, enabled: true, maxCallBytes: 10 * mib } };
  const log = new MemoryLog();
  const capture = new RemoteCapture(channel, () => settings, log);
  /** A call in which nine mebibytes are said. */
  const call = (): void => {
    const keeping = capture.keep({ id: 'local', name: 'local' });
    keeping?.request(new Uint8Array(9 * mib));
    keeping?.over(aCallRecord(), { request: [], answer: [] });
  };
  const takeAll = async (): Promise<void> => {
    for (const take of waiting.splice(0)) take();
    await settled();
  };
  return { waiting, call, takeAll, log };
}

describe('what is said in calls of a worker', () => {
  it('is dropped while as much waits for the first process as may be held', () => {
    const { waiting, call, log } = aBusyProcess();
    for (let calls = 0; calls < 100; calls += 1) call();
    expect(waiting).toHaveLength(7);
    expect(log.events('warn')).toEqual(['captures are dropped: more is said than can be kept at once']);
  });

  it('is kept again as soon as that is taken in', async () => {
    const { waiting, call, takeAll } = aBusyProcess();
    for (let calls = 0; calls < 8; calls += 1) call();
    await takeAll();
    for (let calls = 0; calls < 8; calls += 1) call();
    expect(waiting).toHaveLength(7);
  });
});
