import { expect, test } from 'bun:test';
import { redirectOf } from '../../src/http/redirect.ts';

const to = (location: string, status = 307) => redirectOf(status, ['Location', location]);

test('a redirect is told by where it leads, without what may be secret', () => {
  expect(to('https://elsewhere.example/a/b?token=x#y')).toBe('https://elsewhere.example');
  expect(to('http://ann:secret@elsewhere.example:81/')).toBe('http://elsewhere.example:81');
  expect(to('//elsewhere.example/a')).toBe('//elsewhere.example');
  expect(to('/v1/other?token=x')).toBe('another path');
  expect(to('other')).toBe('another path');
  expect(to('')).toBe('another path');
  expect(to('http://[')).toBe('nowhere');
});

test('only what clients follow by themselves is one', () => {
  for (const status of [301, 302, 303, 307, 308]) expect(to('/', status)).toBe('another path');
  for (const status of [200, 201, 300, 304, 305, 306, 401, 503]) expect(to('/', status)).toBeUndefined();
  expect(redirectOf(302, [])).toBeUndefined();
});
