import { describe, expect, it } from 'bun:test';
import { launcherVariable, selfEnvironment, takeLauncher, typedFor } from '../../src/cli/self.ts';
import { fromEnvironment } from '../../src/config/environment.ts';

describe('what to type to start this program', () => {
  const shell = { folder: '/home/ann/proxy', path: '/usr/local/bin:/usr/bin', platform: 'linux' as const };

  it.each([
    ['claude-code-proxy', 'claude-code-proxy'],
    ['./dist/claude-code-proxy', './dist/claude-code-proxy'],
    ['../claude-code-proxy', '../claude-code-proxy'],
    ['/usr/local/bin/ccp', 'ccp'],
    ['/home/ann/proxy/bin/claude-code-proxy', './bin/claude-code-proxy'],
    ['/home/ann/proxy two/bin/claude-code-proxy', "'/home/ann/proxy two/bin/claude-code-proxy'"],
    ['/opt/claude-code-proxy', '/opt/claude-code-proxy'],
  ])('started as %s it is %s', (program, typed) => {
    expect(typedFor(program, shell)).toBe(typed);
  });

  it.each([
    [String.raw`C:\Tools\claude-code-proxy.exe`, 'claude-code-proxy'],
    [String.raw`C:\proxy\bin\claude-code-proxy`, String.raw`.\bin\claude-code-proxy`],
    [String.raw`D:\my proxy\claude-code-proxy.EXE`, String.raw`"D:\my proxy\claude-code-proxy"`],
  ])('on Windows, started as %s it is %s', (program, typed) => {
    const path = String.raw`C:\Windows;C:\Tools`;
    expect(typedFor(program, { folder: String.raw`C:\proxy`, path, platform: 'win32' })).toBe(typed);
  });
});

describe('the variable of the launcher', () => {
  it('is taken out of the environment, and kept for a proxy that is started in the background', () => {
    const env: Record<string, string | undefined> = { [launcherVariable]: '/x/bin/proxy', OTHER: '1' };
    expect(takeLauncher(env)).toBe('/x/bin/proxy');
    expect(env).toEqual({ OTHER: '1' });
    expect(selfEnvironment()).toEqual({ [launcherVariable]: '/x/bin/proxy' });
    expect(takeLauncher(env)).toBeUndefined();
    expect(selfEnvironment()).toEqual({});
  });

  it('is no setting: left in the environment, it would be refused', () => {
    expect(fromEnvironment({ [launcherVariable]: '/x' }).flaws).toHaveLength(1);
  });
});
