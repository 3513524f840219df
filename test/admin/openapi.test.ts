import { afterEach, describe, expect, test } from 'bun:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { type AdminOptions, adminRouter } from '../../src/admin/app.ts';
import { openApiDocument } from '../../src/admin/openapi/document.ts';
import { operations } from '../../src/admin/openapi/operations.ts';
import { readRunFile } from '../../src/admin/run-file.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

/** The routes that are served, as OpenAPI writes them. Nothing is called, so nothing has to be there. */
function served(): string[] {
  const options = { management: { vault: {}, signIns: {} } } as unknown as AdminOptions;
  return adminRouter(options)
    .routes.filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
}

describe('the document of the API', () => {
  test('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(openApiDocument()));
    expect([valid, errors]).toEqual([true, undefined]);
    expect(openApiDocument()['openapi']).toStartWith('3.1.');
  });

  test('has every route that is served, and no other', () => {
    const told = operations.map(({ method, path }) => `${method} ${path}`);
    // That one is of the pages, which have no other for programs.
    expect(told.toSorted()).toEqual([...served(), 'get /api/events'].toSorted());
  });

  test('tells what is answered: real answers hold to it', async () => {
    const proxy = await rooms.add(
      aProxy({
        accounts: [
          { name: 'work', kind: 'api-key', secret: 'sk-ant-api03-work' },
          { name: 'mine', kind: 'passthrough' },
        ],
        keys: [{ name: 'laptop', budgets: [{ period: 'daily', limitUsd: 5, hard: true }] }],
      }),
    );
    const token = (await readRunFile(proxy.places.run))?.controlToken.reveal() ?? '';
    const headers = { 'x-ccproxy-control': token, 'content-type': 'application/json' };
    const since = { since: 0, until: Date.now() + 3_600_000 };
    const bodies: Readonly<Record<string, object>> = {
      '/control/reports/usage': { by: 'client', ...since },
      '/control/reports/requests': { limit: 5 },
      '/control/line': {},
      '/control/keys': { name: 'build' },
      '/control/settings/check': { changes: [{ key: 'log.keep_days', value: '0' }] },
      '/control/accounts': { account: { name: 'new', kind: 'api-key' }, secret: 'sk-ant-api03-new' },
      '/control/hello': { nonce: 'of at least sixteen' },
      '/control/log/level': { level: 'debug', seconds: 5 },
      '/control/capture/list': { limit: 5 },
      '/control/vault/prepare': {},
    };
    const asked = operations.filter(
      ({ method, path, answer }) =>
        answer !== undefined && !path.includes('{') && (method === 'get' || bodies[path] !== undefined),
    );
    for (const { method, path, answer, status = 200 } of asked) {
      const body = method === 'get' ? {} : { body: JSON.stringify(bodies[path]) };
      if (method !== 'get' && method !== 'post') continue;
      const answered = await fetch(proxy.url + path, { method: method.toUpperCase(), headers, ...body });
      const read = answer!.safeParse(await answered.json());
      expect([path, answered.status, read.error?.message]).toEqual([path, status, undefined]);
    }
    expect(asked.length).toBeGreaterThanOrEqual(25);
  });

  test('is served on this machine, and nowhere else', async () => {
    const proxy = await rooms.add(aProxy());
    const here = await fetch(`${proxy.url}/api/openapi.json`);
    expect(await here.json()).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
    const elsewhere = { headers: { 'x-forwarded-for': '203.0.113.9' } };
    expect((await fetch(`${proxy.url}/api/openapi.json`, elsewhere)).status).toBe(403);
  });
});
