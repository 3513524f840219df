import { describe, expect, test } from 'bun:test';
import { join, resolve } from 'node:path';
import { placesOf, withHome, type PlacesInput } from '../../src/config/places.ts';

const userHome = resolve('/home/ann');
const workingFolder = resolve('/work');

function places(more: Partial<PlacesInput> = {}): ReturnType<typeof placesOf> {
  return placesOf({ env: {}, userHome, workingFolder, ...more });
}

test('everything is kept in one folder in the home of the user', () => {
  const home = join(userHome, '.claude-code-proxy');
  expect(places()).toEqual({
    home,
    config: join(home, 'config.toml'),
    isConfigNamed: false,
    database: join(home, 'proxy.db'),
    credentials: join(home, 'credentials.json'),
    logs: join(home, 'logs'),
    captures: join(home, 'capture'),
    locks: join(home, 'locks'),
    run: join(home, 'run.json'),
    update: join(home, 'update.json'),
    backups: join(home, 'backups'),
    userHome,
  });
});

describe('CCPROXY_HOME', () => {
  test('moves the whole folder', () => {
    const { home, config, database, run } = places({ env: { CCPROXY_HOME: '/srv/proxy' } });
    const moved = resolve('/srv/proxy');
    expect([home, config, database, run]).toEqual([
      moved,
      join(moved, 'config.toml'),
      join(moved, 'proxy.db'),
      join(moved, 'run.json'),
    ]);
  });

  test('may be relative, or begin with ~ where no shell has replaced it', () => {
    expect(places({ env: { CCPROXY_HOME: 'x/../y' } }).home).toBe(join(workingFolder, 'y'));
    expect(places({ env: { CCPROXY_HOME: '~/y' } }).home).toBe(join(userHome, 'y'));
  });

  test('counts as not set when it is empty', () => {
    expect(places({ env: { CCPROXY_HOME: ' ' } }).home).toBe(join(userHome, '.claude-code-proxy'));
  });
});

describe('the settings file', () => {
  test('is named by the flag before the variable, and nothing else moves', () => {
    const env = { CCPROXY_CONFIG: 'b.toml' };
    expect(places({ env, config: 'a.toml' })).toMatchObject({
      config: join(workingFolder, 'a.toml'),
      isConfigNamed: true,
      home: join(userHome, '.claude-code-proxy'),
    });
    expect(places({ env })).toMatchObject({ config: join(workingFolder, 'b.toml'), isConfigNamed: true });
  });

  test('is not named by an empty flag or variable', () => {
    expect(places({ env: { CCPROXY_CONFIG: '' }, config: '' }).isConfigNamed).toBe(false);
  });
});

describe('a user without a home', () => {
  test('is told which variable helps', () => {
    expect(() => places({ userHome: '' })).toThrow('This user has no home directory.');
    expect(() => places({ userHome: 'relative' })).toThrow('This user has no home directory.');
  });

  test('can name a folder', () => {
    expect(places({ userHome: '', env: { CCPROXY_HOME: '/srv/proxy' } }).home).toBe(resolve('/srv/proxy'));
  });
});

test('only a leading ~ of its own means home', () => {
  expect(withHome('~', userHome)).toBe(userHome);
  expect(withHome('~bob/x', userHome)).toBe('~bob/x');
  expect(withHome('x/~/y', userHome)).toBe('x/~/y');
  expect(withHome('~/x', '')).toBe('~/x');
});
