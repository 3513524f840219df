import { expect, it } from 'bun:test';
import { Unread } from '../../src/proxy/unread.ts';
import { MemoryLog } from '../help/a-log.ts';

it('a cause is a warning once, and goes to whoever looks closely afterwards', () => {
  const log = new MemoryLog();
  const unread = new Unread(log);
  for (const request of ['req_1', 'req_2']) unread.tell('unknown coding compress', request);
  unread.tell('broken', 'req_3');
  expect(log.lines.map(({ level, facts }) => [level, facts?.['request']])).toEqual([
    ['warn', 'req_1'],
    ['debug', 'req_2'],
    ['warn', 'req_3'],
  ]);
});

it('causes without end do not fill log and memory', () => {
  const log = new MemoryLog();
  const unread = new Unread(log);
  for (let at = 0; at < 1_000; at += 1) unread.tell(`cause ${at}`, 'req_1');
  expect(log.events('warn')).toHaveLength(50);
});
