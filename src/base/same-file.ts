import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

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
