import { gzipSync } from 'node:zlib';
import { expect, test } from 'bun:test';
import { decodedBody } from '../../src/admin/captured-body.ts';

const headers = (coding: string) => ({ requestHeaders: [], answerHeaders: ['Content-Encoding', coding] });

test('a body is given without the coding it travelled in, each by its own headers', () => {
  const bytes = gzipSync('hello');
  const answer = decodedBody(headers('gzip'), 'answer', bytes);
  expect(answer.is === 'plain' && Buffer.from(answer.bytes).toString()).toBe('hello');
  const request = decodedBody(headers('gzip'), 'request', bytes);
  expect(request).toEqual({ is: 'plain', bytes });
});

test('a coding that nobody knows, or that is none, is told', () => {
  expect(decodedBody(headers('rot13'), 'answer', Buffer.from('x'))).toEqual({ is: 'coded', coding: 'rot13' });
  expect(decodedBody(headers('gzip'), 'answer', Buffer.from('no gzip'))).toMatchObject({
    is: 'coded',
    coding: 'gzip',
  });
});

test('nothing is nothing in every coding', () => {
  expect(decodedBody(headers('rot13'), 'answer', new Uint8Array())).toMatchObject({ is: 'plain' });
});
