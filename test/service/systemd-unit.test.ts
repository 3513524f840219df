import { describe, expect, it } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { longestOpeningMs } from '../../src/base/opening.ts';
import type { Plan, Scope } from '../../src/service/service.ts';
import { systemdUnit, systemHome, unitName } from '../../src/service/systemd-unit.ts';
import { blocksIn } from '../help/a-document.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aSystemPart } from '../help/a-system-part.ts';

const analyze = aSystemPart('systemd-analyze', 'systemd');
const aFolder = temporaryFolders();
const scopes: readonly Scope[] = ['user', 'system'];

// The program has to be there, and root's as everybody may run it.
const plan: Plan = {
  program: ['/bin/true'],
  home: undefined,
  config: undefined,
  user: 'root',
  drainSeconds: 25,
};

/** What systemd itself says of a unit. */
function checked(scope: Scope, unit: string, dropIn?: string) {
  const folder = aFolder();
  const path = join(folder, unitName);
  writeFileSync(path, unit);
  if (dropIn !== undefined) {
    mkdirSync(`${path}.d`);
    writeFileSync(join(`${path}.d`, 'more.conf'), dropIn);
  }
  const manager = scope === 'user' ? ['--user'] : [];
  const env = { ...process.env, LC_ALL: 'C', XDG_RUNTIME_DIR: folder, SYSTEMD_LOG_TARGET: 'console' };
  const ask = (...words: string[]) => {
    const { stdout, stderr, status } = spawnSync(analyze ?? '', [...words, ...manager, path], {
      env,
      encoding: 'utf8',
    });
    return { said: `${stdout}${stderr}`, status };
  };
  return {
    verified: ask('verify', '--man=no', '--generators=no', '--recursive-errors=no'),
    rated: ask('security', '--offline=true', '--threshold=45', '--no-pager'),
  };
}

describe('the unit', () => {
  for (const scope of scopes) {
    it.skipIf(analyze === undefined)(`of a ${scope} is one that systemd takes without a word`, () => {
      const { verified } = checked(scope, systemdUnit(scope, plan));
      expect(verified).toEqual({ said: '', status: 0 });
    });

    it.skipIf(analyze === undefined)(`of a ${scope} with odd paths is one as well`, () => {
      const odd = systemdUnit(scope, { ...plan, home: '/srv/a b/100% "x"', config: "/srv/$HOME/it's.toml" });
      expect(checked(scope, odd).verified).toEqual({ said: '', status: 0 });
    });
  }

  for (const scope of scopes) {
    it.skipIf(analyze === undefined)(`of a ${scope} is rated OK`, () => {
      const { said, status } = checked(
        scope,
        systemdUnit(scope, { ...plan, user: 'claude-code-proxy' }),
      ).rated;
      expect(said).toMatch(/Overall exposure level for \S+: \d\.\d OK/);
      expect(status).toBe(0);
    });
  }

  it.skipIf(analyze === undefined)('takes the drop-in that docs/installation/service.md shows', () => {
    const page = readFileSync('docs/installation/service.md', 'utf8');
    const [dropIn] = blocksIn(page).filter(({ language }) => language === 'ini');
    expect(dropIn?.text).toContain('CAP_NET_BIND_SERVICE');
    expect(checked('system', systemdUnit('system', plan), `${dropIn?.text}\n`).verified).toEqual({
      said: '',
      status: 0,
    });
  });

  it('is not started again after what a start cannot mend', () => {
    const codes = [exitCodes.usage[0], exitCodes.settings[0], exitCodes.refused[0]];
    for (const scope of scopes)
      expect(systemdUnit(scope, plan)).toContain(`\nRestartPreventExitStatus=${codes.join(' ')}\n`);
  });

  it('of the machine lives in a folder of its own, as a user of its own, with what it is given', () => {
    const unit = systemdUnit('system', { ...plan, user: undefined });
    for (const line of [
      'User=claude-code-proxy',
      'StateDirectory=claude-code-proxy',
      `Environment=CCPROXY_HOME=${systemHome}`,
      'LoadCredentialEncrypted=vault-key:claude-code-proxy.vault-key',
      'ProtectHome=yes',
      'WantedBy=multi-user.target',
    ])
      expect(unit.split('\n')).toContain(line);
  });

  it('sees the home directories, to read them, only where its own files, its settings or the program are there', () => {
    const unit = systemdUnit('system', { ...plan, home: '/home/ann/proxy' });
    expect(unit).toContain('ProtectHome=read-only\n');
    expect(unit).toContain('ReadWritePaths=/home/ann/proxy\n');
    expect(unit).not.toContain('StateDirectory=');
    const settings = systemdUnit('system', { ...plan, config: '/home/ann/x.toml' });
    expect(settings).toContain('ProtectHome=read-only\n');
  });

  it('of a user names neither user nor home, where the usual ones are meant', () => {
    const unit = systemdUnit('user', { ...plan, user: undefined });
    expect(unit).not.toMatch(/^(?:User|Environment|StateDirectory|ProtectSystem)=/m);
    expect(unit).toContain('WantedBy=default.target\n');
  });

  it('of a user has no walls where the kernel lets users have no namespaces', () => {
    const unit = systemdUnit('user', plan, false);
    expect(unit).not.toMatch(/^(?:PrivateUsers|CapabilityBoundingSet)=/m);
    expect(unit).toContain('NoNewPrivileges=yes\n');
  });

  it('may take as long to open as an update tries it for', () => {
    expect(systemdUnit('user', plan)).toContain(`\nTimeoutStartSec=${longestOpeningMs / 1_000}\n`);
  });

  it('opens no browser', () => {
    for (const scope of scopes)
      expect(systemdUnit(scope, plan)).toContain('ExecStart=/bin/true serve --no-open\n');
  });
});
