import { expect, test } from 'bun:test';
import { releaseFacts } from '../../scripts/release/packages/facts.ts';
import { releaseTexts } from '../../scripts/release/packages/manifests.ts';
import { releaseValues } from '../../scripts/release/packages/values.ts';

const build = { version: '1.2.3', commit: 'c'.repeat(40), date: '2026-05-05T00:00:00Z' };

test('a repository on GitHub says where everything is', () => {
  expect(releaseFacts(build, ['key'], { GITHUB_REPOSITORY: 'Owner/proxy' })).toEqual({
    ...build,
    keys: ['key'],
    homepage: 'https://github.com/Owner/proxy',
    latest: 'https://github.com/Owner/proxy/releases/latest/download',
    versioned: 'https://github.com/Owner/proxy/releases/download/v{version}',
    image: 'ghcr.io/owner/proxy/claude-code-proxy:1.2.3',
    maintainerAddress: 'Owner@users.noreply.github.com',
  });
});

test('a feed of its own is enough for a mirror or a dry run', () => {
  expect(releaseFacts(build, [], { RELEASE_FEED_URL: 'http://127.0.0.1:9/feed/' })).toMatchObject({
    latest: 'http://127.0.0.1:9/feed',
    versioned: 'http://127.0.0.1:9/feed',
    image: 'claude-code-proxy:1.2.3',
  });
});

test('nothing is made up where neither is said', () => {
  const facts = releaseFacts(build, [], {});
  expect(facts).toMatchObject({ homepage: undefined, latest: undefined, versioned: undefined });
  expect(() => releaseTexts(facts, releaseValues(facts, '.'))).toThrow('set RELEASE_REPOSITORY');
});
