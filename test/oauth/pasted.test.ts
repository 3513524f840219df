import { expect, test } from 'bun:test';
import type { Request } from '../../src/oauth/authorization.ts';
import { pastedAnswer } from '../../src/oauth/pasted.ts';
import type { Provider } from '../../src/oauth/provider.ts';

const provider = { server: { issuer: 'https://idp.example' } } as Provider;
const request = { state: 'ours' } as Request;

function read(text: string): Record<string, string> | undefined {
  const answer = pastedAnswer(text, provider, request);
  return answer && Object.fromEntries(answer);
}

test('a whole address is what is in its query, no more', () => {
  expect(read('http://127.0.0.1:5000/callback?code=abc&state=s&iss=i')).toEqual({
    code: 'abc',
    state: 's',
    iss: 'i',
  });
  expect(read('https://client.example/?error=access_denied&state=s#fragment')).toEqual({
    error: 'access_denied',
    state: 's',
  });
});

test('the part behind the question mark does as well', () => {
  expect(read('?code=abc&state=s')).toEqual({ code: 'abc', state: 's' });
  expect(read('state=s&code=abc')).toEqual({ code: 'abc', state: 's' });
});

test('a code with its state keeps that state, whosever it is', () => {
  expect(read('abc#theirs')).toEqual({ code: 'abc', state: 'theirs', iss: 'https://idp.example' });
  expect(read('abc#')).toEqual({ code: 'abc', state: '', iss: 'https://idp.example' });
});

test('a code alone counts for this sign-in', () => {
  expect(read('abc')).toEqual({ code: 'abc', state: 'ours', iss: 'https://idp.example' });
  expect(read('4/0Ab+c=')).toEqual({ code: '4/0Ab+c=', state: 'ours', iss: 'https://idp.example' });
});

test('line breaks and blanks of a terminal or a mail are nothing', () => {
  expect(read('  abc\r\n  def#\n ours ')).toEqual({
    code: 'abcdef',
    state: 'ours',
    iss: 'https://idp.example',
  });
});

test('what can be no code is none', () => {
  for (const text of ['', '   ', '#state', 'ünlesbar', 'x'.repeat(8_193), 'https://', '\x1b[31m'])
    expect(read(text), JSON.stringify(text)).toBeUndefined();
});
