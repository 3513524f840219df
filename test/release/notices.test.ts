import { expect, test } from 'bun:test';
import { lockedPackages } from '../../scripts/release/locked.ts';
import { notices } from '../../scripts/release/notices.ts';

test('every library is named with terms, and so is the runtime with what is linked into it', () => {
  const text = notices();
  for (const { name, version } of lockedPackages()) expect(text).toContain(`\n${name} ${version} (`);
  for (const word of ['JavaScriptCore', 'LGPL', 'boringssl', `Bun ${Bun.version}`, 'genai-prices'])
    expect(text).toContain(word);
});

test('each part has the words that its terms want to be kept', () => {
  const parts = notices().split(/^─+$/m).slice(2);
  const terms = parts.filter((_, index) => index % 2 === 0);
  expect(terms.length).toBe(lockedPackages().length + 3);
  for (const part of terms) expect(part).toMatch(/permission|licen[cs]e/i);
});
