import { describe, expect, test } from 'bun:test';
import { bestWay, hasBrowser, namedWay } from '../../src/cli/sign-in-way.ts';

const all = ['loopback', 'paste', 'device'] as const;

describe('the way that was asked for', () => {
  test('is the one of the option, and none without', () => {
    expect(namedWay({})).toBeUndefined();
    expect(namedWay({ browser: true })).toBe('loopback');
    expect(namedWay({ browser: false })).toBe('paste');
    expect(namedWay({ codeStdin: true })).toBe('paste');
    expect(namedWay({ browser: false, codeStdin: true })).toBe('paste');
    expect(namedWay({ device: true })).toBe('device');
  });

  test('is one', () => {
    expect(() => namedWay({ browser: true, codeStdin: true })).toThrow('More than one way');
  });
});

describe('the best way', () => {
  test('needs nothing typed where a browser is at hand', () => {
    expect(bestWay(all, { hasBrowser: true, canAsk: true })).toBe('loopback');
    expect(bestWay(['paste', 'device'], { hasBrowser: true, canAsk: true })).toBe('device');
  });

  test('is a code to enter, else one to paste, where none is', () => {
    expect(bestWay(all, { hasBrowser: false, canAsk: true })).toBe('device');
    expect(bestWay(['loopback', 'paste'], { hasBrowser: false, canAsk: true })).toBe('paste');
  });

  test('has nothing pasted where nobody can be asked', () => {
    expect(bestWay(['loopback', 'paste'], { hasBrowser: false, canAsk: false })).toBe('loopback');
  });
});

test('a browser is at hand on a desktop, and not at the other end of SSH', () => {
  expect(hasBrowser({}, 'darwin')).toBe(true);
  expect(hasBrowser({}, 'win32')).toBe(true);
  expect(hasBrowser({}, 'linux')).toBe(false);
  expect(hasBrowser({ DISPLAY: ':0' }, 'linux')).toBe(true);
  expect(hasBrowser({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
  expect(hasBrowser({ SSH_TTY: '/dev/pts/1' }, 'darwin')).toBe(false);
  expect(hasBrowser({ SSH_CONNECTION: 'a b', BROWSER: '/opt/browser' }, 'linux')).toBe(true);
});
