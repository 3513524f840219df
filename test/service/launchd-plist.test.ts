import { describe, expect, it } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { launchdPlist } from '../../src/service/launchd-plist.ts';
import { aSystemPart } from '../help/a-system-part.ts';

const python = aSystemPart('python3', 'python3');

const plan = {
  program: ['/usr/local/bin/claude-code-proxy'],
  home: '/Users/ann/.claude-code-proxy',
  config: undefined,
  user: undefined,
  drainSeconds: 25,
};

/** What a reader of property lists that is not ours makes of it. */
function read(plist: string): Record<string, unknown> {
  const script = 'import plistlib, json, sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))';
  const { stdout, stderr } = spawnSync(python ?? '', ['-c', script], { input: plist, encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe.skipIf(python === undefined)('the property list', () => {
  it('of an agent is what launchd.plist(5) wants', () => {
    expect(read(launchdPlist(plan))).toEqual({
      Label: 'claude-code-proxy',
      ProgramArguments: ['/usr/local/bin/claude-code-proxy', 'serve', '--no-open'],
      EnvironmentVariables: { CCPROXY_HOME: plan.home, CCPROXY_LOG_TERMINAL: 'off' },
      WorkingDirectory: plan.home,
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ThrottleInterval: 10,
      ExitTimeOut: 45,
      ProcessType: 'Interactive',
      SoftResourceLimits: { NumberOfFiles: 8192 },
      Umask: 63,
      StandardOutPath: `${plan.home}/logs/serve.log`,
      StandardErrorPath: `${plan.home}/logs/serve.log`,
    });
  });

  it('of a daemon names who runs it', () => {
    expect(read(launchdPlist({ ...plan, user: 'ann' }))).toMatchObject({ UserName: 'ann' });
  });

  it('waits for running answers as long as the settings say', () => {
    expect(read(launchdPlist({ ...plan, drainSeconds: 600 }))).toMatchObject({ ExitTimeOut: 620 });
  });

  it('takes any path as it is', () => {
    const home = '/Users/a & b/<x> "y" \'z\'/ü';
    expect(read(launchdPlist({ ...plan, home, config: `${home}/c.toml` }))).toMatchObject({
      ProgramArguments: [plan.program[0], 'serve', '--no-open', '--config', `${home}/c.toml`],
      WorkingDirectory: home,
    });
  });
});
