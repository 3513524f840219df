import { expect, test } from 'bun:test';
import { Link } from '../../src/database/link.ts';
import { problemOf } from '../help/a-problem.ts';

const crashing = new URL('crashing-worker.ts', import.meta.url);
const run = { is: 'run', statement: { sql: 'select 1', parameters: [] } } as const;

test('a worker that dies fails what waits for it and what comes later', async () => {
  const link = new Link('/home/ann/proxy.db', crashing);
  await link.send({ is: 'open', path: ':memory:' });
  const [first, second] = await Promise.all([problemOf(link.send(run)), problemOf(link.send(run))]);
  expect(first?.code).toBe('database-gone');
  expect(first?.message).toBe('The worker that holds /home/ann/proxy.db has stopped: out of luck.');
  expect(second?.code).toBe('database-gone');
  expect((await problemOf(link.send(run))).code).toBe('database-gone');
  await link.close();
});

test('a worker that is not there fails the opening', async () => {
  const link = new Link('/home/ann/proxy.db', new URL('no-such-worker.ts', import.meta.url));
  const problem = await problemOf(link.send({ is: 'open', path: ':memory:' }));
  expect(problem.code).toBe('database-gone');
  expect(problem.message).not.toContain('\n');
  await link.close();
});

test('what was sent before is answered before the end', async () => {
  const link = new Link(':memory:');
  await link.send({ is: 'open', path: ':memory:' });
  const sent = [link.send(run), link.send(run)];
  await link.close();
  expect((await Promise.all(sent)).map(([result]) => result?.rows)).toEqual([[{ '1': 1 }], [{ '1': 1 }]]);
  expect((await problemOf(link.send(run))).code).toBe('database-closed');
});

test('statements before the opening are refused, not lost', async () => {
  const link = new Link(':memory:');
  expect((await problemOf(link.send(run))).code).toBe('database-failed');
  await link.close();
});

test('opening and closing fifty times leaves no worker behind', async () => {
  for (let round = 0; round < 50; round += 1) {
    const link = new Link(':memory:');
    await link.send({ is: 'open', path: ':memory:' });
    await link.close();
  }
});
