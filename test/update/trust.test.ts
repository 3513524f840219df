import { expect, test } from 'bun:test';
import { publicKeyText } from '../../src/update/minisign.ts';
import { newSecretKey } from '../../src/update/secret-key.ts';
import { feedIfAny, feedOf } from '../../src/update/trust.ts';

const key = publicKeyText(newSecretKey());
const feedUrl = 'https://mirror.example.com/ccp';

function refusal(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

test('a feed is a folder, with the keys of the settings', () => {
  const feed = feedOf({ feedUrl, keys: [key] });
  expect(feed.url.href).toBe(`${feedUrl}/`);
  expect(new URL('release.json', feed.url).href).toBe(`${feedUrl}/release.json`);
  expect(feed.keys.length).toBe(1);
});

test('without a place, and without a key, there is nothing to read or to believe, and that is said', () => {
  expect(refusal(() => feedOf({ feedUrl: undefined, keys: [key] }))).toBe('update-no-feed');
  expect(refusal(() => feedOf({ feedUrl, keys: [] }))).toBe('update-no-key');
  expect(feedIfAny({ feedUrl, keys: [] })).toBeUndefined();
});
