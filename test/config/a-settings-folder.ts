import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SettingsInput } from '../../src/config/load.ts';
import { SettingsProblem, flawText } from '../../src/config/flaws.ts';

/** A folder of its own for one test, with what the settings are read from. Disposed of at the end of the scope. */
export class SettingsFolder implements Disposable {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), 'ccproxy-settings-')));
  readonly config = join(this.path, 'config.toml');

  write(text: string, name = 'config.toml'): string {
    const file = join(this.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  input(more: Partial<Omit<SettingsInput, 'places'>> & { isConfigNamed?: boolean } = {}): SettingsInput {
    const { env = {}, flags = {}, isConfigNamed = false } = more;
    return { places: { config: this.config, isConfigNamed, userHome: '/home/ann' }, env, flags };
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The lines of the problem that `run` throws, with the folder of the file left out. */
export function flawsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof SettingsProblem)
      return error.flaws.map((flaw) => flawText(flaw).replace(/^.*?config\.toml:/, 'config.toml:'));
    throw error;
  }
  return [];
}
