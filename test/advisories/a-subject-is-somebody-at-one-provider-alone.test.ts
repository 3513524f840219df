import { expect, test } from 'bun:test';
import { roleOf } from '../../src/admin/doors/role-of.ts';
import { settingsFrom } from '../../src/config/load.ts';
import { flawsOf, SettingsFolder } from '../config/a-settings-folder.ts';

/* Who registered at one provider under the subject of an admin at another was that admin. */

const both = { providers: ['company', 'partner'], viewers: [] };
const at = (provider: string) => ({ provider, subject: 'ann', email: undefined });

test('of two providers a subject gives a role by that alone whose name stands before it', () => {
  const admins = ['company:ann'];
  expect(roleOf(at('company'), { ...both, admins })).toBe('admin');
  expect(roleOf(at('partner'), { ...both, admins })).toBeUndefined();
  const sly = { provider: 'partner', subject: 'company:ann', email: undefined };
  expect(roleOf(sly, { ...both, admins })).toBeUndefined();
});

test('of two providers nobody gets a role by a subject alone', () => {
  for (const provider of both.providers)
    expect([provider, roleOf(at(provider), { ...both, admins: ['ann'] })]).toEqual([provider, undefined]);
});

test('such settings are refused, and told what to write', () => {
  using folder = new SettingsFolder();
  const tables = ['company', 'partner'].map(
    (name) => `[providers.${name}]\nissuer = "https://${name}.example"\nclient_id = "page"\n`,
  );
  const flaws = (providers: string, people: string): string[] =>
    flawsOf(() =>
      settingsFrom(`[admin]\nproviders = [${providers}]\n${people}\n${tables.join('')}`, folder.input()),
    );
  expect(flaws('"company", "partner"', 'admins = ["ann"]\nviewers = ["x:bob", "*@example.com"]')).toEqual([
    'config.toml:3:1: admin.admins names "ann", whom each provider of admin.providers may call by that; write which of them means it, such as "company:ann"',
    'config.toml:4:1: admin.viewers names "x:bob", whom each provider of admin.providers may call by that; write which of them means it, such as "company:x:bob"',
  ]);
  expect(flaws('"company", "partner"', 'admins = ["partner:ann", "ann@example.com"]')).toEqual([]);
  expect(flaws('"company"', 'admins = ["ann"]')).toEqual([]);
});
