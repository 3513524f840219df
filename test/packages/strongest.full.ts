import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tool } from '../../scripts/release/packages/tree.ts';
import { aSystemPart } from '../help/a-system-part.ts';
import { packagesOf } from '../help/a-packaged-binary.ts';

/* Packages as a release has them: what compresses well takes minutes. */

const isLinux = process.platform === 'linux';
const hasDpkg = isLinux && aSystemPart('dpkg-deb', 'dpkg') !== undefined;
const hasRpm = isLinux && aSystemPart('rpmbuild', 'rpm') !== undefined;
const lintian = isLinux ? aSystemPart('lintian', 'lintian') : undefined;

describe.skipIf(!isLinux)('the packages of a release', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ccproxy-strongest-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test.skipIf(!hasDpkg)('the .deb is as small as it promises', () => {
    const [deb = ''] = packagesOf(folder, '1.2.3', ['deb'], 'strongest');
    expect(statSync(deb).size).toBeLessThan(45e6);
  });

  test.skipIf(!hasRpm)('the .rpm is as small as it promises', () => {
    const [rpm = ''] = packagesOf(folder, '1.2.3', ['rpm'], 'strongest');
    expect(statSync(rpm).size).toBeLessThan(50e6);
  });

  test.skipIf(lintian === undefined)('lintian finds no mistake in the .deb', () => {
    const [deb = ''] = packagesOf(folder, '1.2.4', ['deb']);
    const words = ['lintian', '--no-cfg', '--allow-root', '--fail-on', 'error,warning', deb];
    expect(tool('lintian', words)).toBe('');
  });
});
