import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ways } from '../../src/config/settings-providers.ts';
import { providersIn } from './a-sign-in.ts';

const docs = join(import.meta.dir, '..', '..', 'docs');

function examples(page: string): string[] {
  const text = readFileSync(join(docs, page), 'utf8').replaceAll('\r\n', '\n');
  return [...text.matchAll(/```toml\n(.*?)```/gs)].map(([, toml = '']) => toml);
}

test('every example of a provider is one that the settings take', () => {
  const all = [...examples('providers.md'), ...examples('simulator.md')];
  const names = all.flatMap((toml) => [...providersIn(toml).keys()]);
  expect(names).toEqual(['gateway', 'keycloak', 'entra', 'other', 'sim']);
});

test('the page names every way in', () => {
  const page = readFileSync(join(docs, 'providers.md'), 'utf8');
  for (const way of ways) expect(page).toContain(`| \`${way}\` |`);
});
