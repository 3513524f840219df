import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// Macros: run by the compiler of the binary, and by the runtime where the sources run as they are. What they give
// is part of the program, so that neither a file beside the binary nor a second build is needed.

const admin = join(import.meta.dir, '..');

/** One script of `client/` with all it imports, as a browser reads it. */
export function clientScript(name: string): string {
  const file = join(admin, 'client', name);
  const built = Bun.spawnSync([process.execPath, 'build', '--target=browser', '--minify', file]);
  if (built.exitCode !== 0) throw new Error(`${file}: ${built.stderr.toString()}`);
  return built.stdout.toString();
}

/** Every stylesheet of `style/` as one, in the order of their names, without comments. */
export function stylesheet(): string {
  const folder = join(admin, 'style');
  const all = readdirSync(folder)
    .filter((name) => name.endsWith('.css'))
    .toSorted()
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  return all
    .join('\n')
    .replaceAll(/\/\*[^]*?\*\//g, '')
    .replaceAll(/\s*\n\s*/g, '\n');
}
