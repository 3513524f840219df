import { afterEach, describe, expect, it } from 'bun:test';
import { userAgent } from '../../../src/base/product.ts';
import { defaultSettings, type Settings } from '../../../src/config/settings.ts';
import { header } from '../../../src/http/headers.ts';
import { declare, single } from '../../../src/usage/metrics/family.ts';
import { OtlpPush } from '../../../src/usage/metrics/otlp-push.ts';
import { openSender } from '../../../src/wire/send.ts';
import { wallClock } from '../../../src/base/clock.ts';
import { HandClock } from '../../help/a-clock.ts';
import { aCollector, namesIn } from '../../help/a-collector.ts';
import { until } from '../../help/a-command.ts';
import { MemoryLog } from '../../help/a-log.ts';
import { Rooms } from '../../help/a-proxy.ts';
import { json, type Reply, type Upstream } from '../../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const sample = declare('gauge', 'sample', [], 'A sample for a test.');

interface Scene {
  collector: Upstream;
  push: OtlpPush;
  clock: HandClock;
  log: MemoryLog;
  settings: Settings['metrics'];
  env: Record<string, string>;
}

async function aPush(reply?: Reply, more: Partial<Settings['metrics']> = {}): Promise<Scene> {
  const collector = await rooms.add(aCollector(reply));
  const [clock, log] = [new HandClock(), new MemoryLog()];
  const sender = openSender({ clock: wallClock });
  await rooms.add(Promise.resolve({ close: () => Promise.resolve(sender.close()) }));
  const families = () => Promise.resolve([single(sample, 1)]);
  const env: Record<string, string> = {};
  const push = new OtlpPush({ families, sender, env, instance: 'run-1', clock, log });
  const settings = { ...defaultSettings.metrics, otlpUrl: collector.url, ...more };
  push.follow(settings);
  return { collector, push, clock, log, settings, env };
}

/** Lets an interval pass, and the sending it leads to end. */
async function pass({ clock, collector }: Scene, calls: number): Promise<void> {
  await clock.turn(60_000);
  await until(() => collector.calls.length === calls);
  await clock.turn(0);
}

describe('the metrics for a collector', () => {
  it('are sent once an interval, as ourselves, in the form of the protocol', async () => {
    const scene = await aPush();
    expect(scene.collector.calls).toHaveLength(0);
    await pass(scene, 1);
    await until(() => scene.clock.waiting === 1);
    await pass(scene, 2);
    const [call] = scene.collector.calls;
    expect(call!.target).toBe('/v1/metrics');
    expect(header(call!.headers, 'user-agent')).toBe(userAgent);
    expect(namesIn(call!)).toEqual(['ccproxy_sample']);
    expect(scene.log.lines).toEqual([]);
  });

  it('go to the path that is named, where one is', async () => {
    const collector = await rooms.add(aCollector());
    const scene = await aPush(undefined, { otlpUrl: `${collector.url}/otlp/v1/metrics` });
    await scene.clock.turn(60_000);
    await until(() => collector.calls.length === 1);
    expect(collector.calls[0]!.target).toBe('/otlp/v1/metrics');
  });

  it('carry the headers of the place that is named, read anew each time', async () => {
    const scene = await aPush(undefined, { otlpHeadersEnv: 'HEADERS' });
    scene.env['HEADERS'] = 'authorization=Bearer%20one';
    await pass(scene, 1);
    scene.env['HEADERS'] = 'authorization=Bearer%20two';
    await until(() => scene.clock.waiting === 1);
    await pass(scene, 2);
    const sent = scene.collector.calls.map(({ headers }) => header(headers, 'authorization'));
    expect(sent).toEqual(['Bearer one', 'Bearer two']);
  });

  it('are not sent while no collector is named', async () => {
    const { collector, push, clock, settings } = await aPush();
    push.follow({ ...settings, otlpUrl: undefined });
    await clock.turn(600_000);
    await push.close();
    expect(collector.calls).toHaveLength(0);
    expect(clock.waiting).toBe(0);
  });

  it('follow a changed interval', async () => {
    const { collector, push, clock, settings } = await aPush();
    push.follow({ ...settings, otlpIntervalSeconds: 5 });
    await clock.turn(5_000);
    await until(() => collector.calls.length === 1);
  });

  it('are sent a last time at the end', async () => {
    const { collector, push, clock } = await aPush();
    await push.close();
    expect(collector.calls).toHaveLength(1);
    await clock.turn(600_000);
    expect(collector.calls).toHaveLength(1);
  });
});

describe('a collector that fails', () => {
  it('is told of once, until it works again', async () => {
    let status = 503;
    const scene = await aPush(() => json(status, {}));
    const { log, clock, collector } = scene;
    for (const calls of [1, 2, 3]) {
      await pass(scene, calls);
      await until(() => clock.waiting === 1);
    }
    expect(log.lines).toEqual([
      {
        level: 'warn',
        event: 'metrics not exported',
        facts: { collector: `127.0.0.1:${collector.port}`, reason: 'answered with status 503' },
      },
    ]);
    status = 200;
    await pass(scene, 4);
    await until(() => log.lines.length === 2);
    expect(log.events('info')).toEqual(['metrics are exported again']);
  });

  it('is let go when it takes longer than it may, and does not hold up the end', async () => {
    const scene = await aPush(() => new Promise(() => {}));
    await scene.clock.turn(60_000);
    await until(() => scene.collector.calls.length === 1);
    await scene.clock.turn(10_000);
    await until(() => scene.log.lines.length === 1);
    expect(scene.log.lines[0]!.facts['reason']).toBe('gave no answer within 10 seconds');
    await scene.push.close();
    expect(scene.collector.calls).toHaveLength(1);
  });

  it('that is being waited for does not hold up the end', async () => {
    const scene = await aPush(() => new Promise(() => {}));
    await scene.clock.turn(60_000);
    await until(() => scene.collector.calls.length === 1);
    await scene.push.close();
    expect(scene.collector.calls).toHaveLength(1);
  });

  it('says how much it refused, and nothing of its words is repeated', async () => {
    const scene = await aPush(() =>
      json(200, { partialSuccess: { rejectedDataPoints: '3', errorMessage: 'planted words' } }),
    );
    await pass(scene, 1);
    await until(() => scene.log.lines.length === 1);
    expect(scene.log.lines[0]!.facts['reason']).toBe('refused 3 data points');
    expect(JSON.stringify(scene.log.lines)).not.toContain('planted');
  });

  it('that repeats a header does not bring it into the log', async () => {
    const scene = await aPush(({ headers }) => json(401, { message: header(headers, 'authorization') }), {
      otlpHeadersEnv: 'HEADERS',
    });
    scene.env['HEADERS'] = 'authorization=Bearer%20planted';
    await pass(scene, 1);
    await until(() => scene.log.lines.length === 1);
    expect(scene.log.lines[0]!.facts['reason']).toBe('answered with status 401');
    expect(JSON.stringify(scene.log.lines)).not.toContain('planted');
  });

  it('leads nowhere else, and fills no memory', async () => {
    const elsewhere = await rooms.add(aCollector());
    const scene = await aPush(() => ({
      status: 307,
      headers: ['location', `${elsewhere.url}/v1/metrics`],
      body: undefined,
    }));
    await pass(scene, 1);
    await until(() => scene.log.lines.length === 1);
    expect(elsewhere.calls).toHaveLength(0);
    const large = await aPush(() => ({ status: 200, headers: [], body: Buffer.alloc(100_000) }));
    await pass(large, 1);
    await until(() => large.log.lines.length === 1);
    expect(large.log.lines[0]!.level).toBe('warn');
  });

  it('is not asked while its headers are missing', async () => {
    const { collector, clock, log } = await aPush(undefined, { otlpHeadersEnv: 'HEADERS' });
    await clock.turn(60_000);
    await until(() => log.lines.length === 1);
    expect(log.lines[0]!.facts['reason']).toBe('HEADERS is not set');
    expect(collector.calls).toHaveLength(0);
  });
});
