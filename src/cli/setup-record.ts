import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { makePrivateFolder, writePrivateFile } from '../base/files.ts';
import type { Places } from '../config/places.ts';

const shape = z.object({
  version: z.literal(1),
  file: z.string(),
  /** Where the file as it was is kept; null where there was none. */
  copy: z.string().nullable(),
  /** SHA-256 of what was written last; null as soon as somebody else has changed it as well. */
  wrote: z.string().nullable(),
  changes: z.array(z.object({ path: z.array(z.string()), value: z.string().nullable() })),
});

/** What `setup` did to a settings file, so that `--undo` can take it back. Holds no secret. */
export type SetupRecord = z.infer<typeof shape>;

/** The records of this home directory, one a settings file. */
export class SetupRecords {
  readonly #path: string;
  readonly #home: string;

  constructor({ home }: Pick<Places, 'home'>) {
    this.#home = home;
    this.#path = join(home, 'setup.json');
  }

  async of(file: string): Promise<SetupRecord | undefined> {
    return (await this.#all()).find((record) => record.file === file);
  }

  async keep(record: SetupRecord): Promise<void> {
    const others = (await this.#all()).filter(({ file }) => file !== record.file);
    await this.#write([...others, record]);
  }

  async forget(file: string): Promise<void> {
    await this.#write((await this.#all()).filter((record) => record.file !== file));
  }

  async #all(): Promise<SetupRecord[]> {
    const text = await readFile(this.#path, 'utf8').catch(() => '[]');
    try {
      return z.array(shape).parse(JSON.parse(text));
    } catch {
      // Without a record nothing can be undone by itself; the copy beside the settings file is still there.
      return [];
    }
  }

  async #write(records: readonly SetupRecord[]): Promise<void> {
    if (records.length === 0) {
      await rm(this.#path, { force: true });
      return;
    }
    await makePrivateFolder(this.#home);
    await writePrivateFile(this.#path, `${JSON.stringify(records, undefined, 2)}\n`);
  }
}
