import { expect, test } from 'bun:test';
import { headerValues } from '../../src/http/headers.ts';
import { shownSafely } from '../../src/proxy/shown.ts';
import { aCall } from '../help/a-call.ts';

const answer = { status: 200, headers: ['Content-Type', 'text/html'], body: undefined };

test('what a browser shows as a document can run nothing, whatever the upstream allows', () => {
  const call = aCall({ method: 'GET', headers: ['Host', 'localhost', 'Sec-Fetch-Mode', 'navigate'] });
  const policy = ['content-security-policy', "default-src 'self'"];
  const { headers } = shownSafely(call, { ...answer, headers: [...answer.headers, ...policy] });
  // Several policies hold all at once.
  expect(headerValues(headers, 'content-security-policy')).toEqual(["default-src 'self'", 'sandbox']);
  expect(headerValues(headers, 'x-content-type-options')).toEqual(['nosniff']);
});

test('every other caller gets the answer as it is', () => {
  expect(shownSafely(aCall(), answer)).toBe(answer);
  for (const mode of ['cors', 'same-origin', 'no-cors'])
    expect(shownSafely(aCall({ headers: ['Sec-Fetch-Mode', mode] }), answer)).toBe(answer);
});
