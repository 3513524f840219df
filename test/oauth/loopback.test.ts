import { afterEach, expect, test } from 'bun:test';
import { openLoopback, type Loopback } from '../../src/oauth/loopback.ts';
import type { Page } from '../../src/oauth/page.ts';
import { problemOf } from '../help/a-problem.ts';

const open: Loopback[] = [];

afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function aLoopback(uri = 'http://127.0.0.1/callback') {
  const answers: string[] = [];
  const loopback = await openLoopback(uri, (answer): Promise<Page> => {
    answers.push(answer.toString());
    return Promise.resolve({ status: 200, title: 'Here', text: 'you are' });
  });
  open.push(loopback);
  return { loopback, answers, uri: loopback.redirectUri };
}

test('any free port is taken where none is named, on the address of this machine', async () => {
  const [one, other] = [await aLoopback(), await aLoopback()];
  expect(one.uri).toMatch(/^http:\/\/127\.0\.0\.1:\d{2,5}\/callback$/);
  expect(other.uri).not.toBe(one.uri);
});

test('the port and the name that are registered are kept', async () => {
  const { uri } = await aLoopback();
  open.pop()?.close();
  expect((await aLoopback(uri)).uri).toBe(uri);
  expect((await aLoopback('http://localhost/here')).uri).toMatch(/^http:\/\/localhost:\d+\/here$/);
});

test('what a browser brings is handed on, and it is shown a page', async () => {
  const { uri, answers } = await aLoopback();
  const response = await fetch(`${uri}?code=a%20b&state=s`);
  expect(answers).toEqual(['code=a+b&state=s']);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.text()).toContain('<h1>Here</h1>');
});

test('other paths, methods and names are turned away', async () => {
  const { uri, answers } = await aLoopback();
  const statuses = [
    await fetch(new URL('/favicon.ico', uri)),
    await fetch(`${uri}/more?code=a`),
    await fetch(uri, { method: 'POST' }),
    await fetch(`${uri}?code=a`, { headers: { host: 'rebound.example' } }),
  ].map(({ status }) => status);
  expect(statuses).toEqual([404, 404, 405, 403]);
  expect(answers).toEqual([]);
});

test('after it is closed nobody listens, and an answer on its way still arrives', async () => {
  const gate = Promise.withResolvers<Page>();
  const begun = Promise.withResolvers<void>();
  const loopback = await openLoopback('http://127.0.0.1/callback', () => {
    begun.resolve();
    return gate.promise;
  });
  const asked = fetch(loopback.redirectUri);
  await begun.promise;
  loopback.close();
  gate.resolve({ status: 200, title: 'Late', text: 'but here' });
  expect(await (await asked).text()).toContain('but here');
  await expect(fetch(loopback.redirectUri)).rejects.toThrow();
});

test('a port that is in use is told as what it is', async () => {
  const { uri } = await aLoopback();
  const problem = await problemOf(openLoopback(uri, () => Promise.reject(new Error('never'))));
  expect(problem.code).toBe('redirect-port-taken');
  expect(problem.message).toContain(`127.0.0.1, port ${new URL(uri).port}`);
});
