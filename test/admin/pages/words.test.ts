import { describe, expect, it } from 'bun:test';
import {
  percent,
  sentence,
  standingWord,
  summaryWords,
  tightestFirst,
  whoseWords,
  windowName,
  windowTone,
} from '../../../src/admin/pages/accounts/words.ts';
import { connectLines } from '../../../src/admin/pages/accounts/connect.ts';
import type { AccountView, WindowView } from '../../../src/admin/contract-accounts.ts';

function aWindow(name: string, over: Partial<WindowView> = {}): WindowView {
  return {
    name,
    kind: /^\d/.test(name) ? 'plan' : 'bucket',
    used: 0.5,
    limit: null,
    remaining: null,
    status: null,
    resetsAt: null,
    readAt: '2026-11-22T12:00:00.000Z',
    forecast: 'unknown',
    runsOutAt: null,
    ...over,
  };
}

const ready = { standing: { is: 'ready' }, isAvoided: false, familyRests: [] } as unknown as AccountView;

describe('words for accounts', () => {
  it('name windows as a person would', () => {
    expect(['5h', '7d_opus', 'input-tokens', 'requests'].map((name) => windowName({ name }))).toEqual([
      '5 h',
      '7 d Opus',
      'Input tokens',
      'Requests',
    ]);
  });

  it('put the windows of a plan before buckets, the fullest first, and leave out those that have begun anew', () => {
    const windows = [
      aWindow('requests', { used: 0.9 }),
      aWindow('7d', { used: 0.1 }),
      aWindow('5h', { used: 0.4 }),
      aWindow('input-tokens', { forecast: 'renewed' }),
      aWindow('tokens', { used: null }),
    ];
    expect(tightestFirst(windows).map(({ name }) => name)).toEqual(['5h', '7d', 'requests']);
  });

  it('are full only when it is full', () => {
    expect([0, 0.004, 0.996, 1, 1.2].map(percent)).toEqual(['0 %', '0 %', '99 %', '100 %', '120 %']);
  });

  it('give a window the colour of what will become of it', () => {
    expect(windowTone(aWindow('5h'))).toBe('good');
    expect(windowTone(aWindow('5h', { used: 0.8 }))).toBe('warn');
    expect(windowTone(aWindow('5h', { forecast: 'runs-out' }))).toBe('warn');
    expect(windowTone(aWindow('5h', { forecast: 'used-up' }))).toBe('bad');
    expect(windowTone(aWindow('5h', { used: null }))).toBe('calm');
  });

  it('begin a reason as a sentence', () => {
    expect(sentence('requests a minute used up')).toBe('Requests a minute used up');
    expect(sentence('')).toBe('');
  });

  it('sum up who stands how, without those that are none', () => {
    const resting = { ...ready, standing: { is: 'resting' } } as AccountView;
    expect(summaryWords([ready, resting, ready])).toBe('2 ready, 1 resting');
    expect(standingWord({ ...ready, isAvoided: true })).toEqual({ word: 'Struggling', tone: 'warn' });
  });

  it('say whither calls go only where that is not Anthropic', () => {
    expect(whoseWords({ signIn: null, baseUrl: 'https://api.anthropic.com' })).toBeUndefined();
    expect(whoseWords({ signIn: null, baseUrl: 'https://gateway.example/claude' })).toBe(
      'gateway.example/claude',
    );
  });
});

describe('the lines for Claude Code', () => {
  const url = 'http://127.0.0.1:8000';

  it('say the same in a shell, in PowerShell and in a settings file', () => {
    const [, shell, powershell, settings] = connectLines(url, false).map(({ text }) => text);
    expect(shell).toContain(`export ANTHROPIC_BASE_URL=${url}\n`);
    expect(powershell).toContain(`$env:ANTHROPIC_BASE_URL = "${url}"\n`);
    const { env } = JSON.parse(settings!) as { env: Record<string, string> };
    expect(env['ANTHROPIC_BASE_URL']).toBe(url);
    expect(shell!.split('\n').length).toBe(Object.keys(env).length);
  });

  it('leave a place for the client key where one is needed', () => {
    expect(connectLines(url, true)[1]!.text).toContain('ANTHROPIC_AUTH_TOKEN=YOUR-CLIENT-KEY');
    expect(connectLines(url, false)[1]!.text).not.toContain('YOUR-CLIENT-KEY');
  });
});
