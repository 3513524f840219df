import { realpathSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/** A file that a process runs. */
export interface ProgramFile {
  /** Links followed. */
  readonly path: string;
  /** `DEVICE:NUMBER`: the same under every name the file has. */
  readonly file: string;
}

/** What lies at `path`; undefined where nothing does. */
export function programFile(path: string): ProgramFile | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return { path: realpathSync(path), file: `${dev}:${ino}` };
  } catch {
    return undefined;
  }
}

/**
 * Remembers which file lies at `path` now, and gives the question whether it still does. A file that is deleted or
 * replaced while it is open goes on for whoever has it open, and is gone once they close it. Where there is none
 * to begin with the answer is always yes.
 */
export function sameFileAt(path: string): () => Promise<boolean> {
  const before = statSync(path, { bigint: true, throwIfNoEntry: false });
  return async () => {
    if (before === undefined) return true;
    try {
      const { dev, ino } = await stat(path, { bigint: true });
      return dev === before.dev && ino === before.ino;
    } catch (error) {
      // A folder that cannot be looked into says nothing about the file.
      return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
    }
  };
}
