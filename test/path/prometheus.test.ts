import { afterEach, describe, expect, it } from 'bun:test';
import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { until } from '../help/a-command.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { aSystemPart } from '../help/a-system-part.ts';
import { anUpstream, message } from '../help/an-upstream.ts';

const prometheus = aSystemPart('prometheus', 'prometheus');
const promtool = aSystemPart('promtool', 'prometheus');

const aFolder = temporaryFolders();
const rooms = new Rooms();
afterEach(() => rooms.close());

/** A proxy that has answered three calls. */
async function served(): Promise<Proxy> {
  const up = await rooms.add(anUpstream(() => message()));
  const account = { name: 'ann', kind: 'api-key', baseUrl: up.url, secret: 'sk-ant-api03-ann' } as const;
  const proxy = await rooms.add(aProxy({ accounts: [account] }));
  for (let call = 0; call < 3; call += 1) {
    const body = JSON.stringify({ model: 'claude-opus-5-5', max_tokens: 1, messages: [] });
    const headers = { 'content-type': 'application/json' };
    await (await fetch(`${proxy.url}/v1/messages`, { method: 'POST', headers, body })).text();
  }
  return proxy;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** A Prometheus of its own that asks `target` once a second. */
async function aPrometheus(
  target: string,
): Promise<{ query: (text: string) => Promise<Found[]>; close(): Promise<void> }> {
  const folder = aFolder();
  const config = join(folder, 'prometheus.yml');
  await writeFile(
    config,
    `scrape_configs:\n  - job_name: proxy\n    scrape_interval: 1s\n    static_configs:\n      - targets: ['${target}']\n`,
  );
  const port = await freePort();
  const process = spawn(
    prometheus!,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => process.on('exit', () => resolve()));
  return {
    async query(text) {
      const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(text)}`;
      const response = await fetch(url).catch(() => undefined);
      if (response?.status !== 200) return [];
      const { data } = (await response.json()) as {
        data: { result: { metric: Record<string, string>; value: [number, string] }[] };
      };
      return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    close() {
      process.kill('SIGKILL');
      return ended;
    },
  };
}

interface Found {
  labels: Record<string, string>;
  value: number;
}

describe('a real Prometheus', () => {
  it.if(prometheus !== undefined)('takes the metrics in, in the format it likes best', async () => {
    const proxy = await served();
    const { query } = await rooms.add(aPrometheus(`127.0.0.1:${proxy.port}`));
    await until(async () => (await query('up == 1')).length === 1);
    expect(await query('sum(ccproxy_calls_total)')).toMatchObject([{ value: 3 }]);
    expect(await query('ccproxy_account_standing == 1')).toMatchObject([
      { labels: { account: 'ann', standing: 'ready' } },
    ]);
    expect(await query('ccproxy_tokens_total{kind="output"}')).toMatchObject([
      { labels: { model: 'claude-opus-5-5', account: 'ann' }, value: 9 },
    ]);
    expect(await query('histogram_quantile(0.5, ccproxy_call_duration_seconds_bucket) < 10')).toHaveLength(1);
    expect(await query('ccproxy_call_duration_seconds_bucket{le="1.0"}')).toMatchObject([{ value: 3 }]);
    expect(await query('ccproxy_build_info')).toHaveLength(1);
  });

  it.if(promtool !== undefined)('finds nothing to complain of in the text', async () => {
    const proxy = await served();
    const input = await (await fetch(`${proxy.url}/metrics`)).text();
    const { status, stdout, stderr } = spawnSync(promtool!, ['check', 'metrics'], {
      input,
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });
});
