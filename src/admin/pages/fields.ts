import { Problem } from '../../base/problem.ts';
import type { PageContext } from './page-env.ts';

/** What was typed into a form, by its names; of several of one name the last. Files are left out. */
export async function fieldsOf(c: PageContext): Promise<Readonly<Record<string, string>>> {
  const body = await c.req.parseBody();
  const texts = Object.entries(body).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}

/** The text of a file that came with a form. @throws Problem file-missing */
export async function sentFile(c: PageContext, name: string): Promise<string> {
  const file = (await c.req.parseBody())[name];
  if (file instanceof File && file.size > 0) return file.text();
  throw new Problem('file-needed', 'No file was chosen.', 'Choose one.');
}

/** What somebody wrote; undefined where they left it empty. */
export function filled(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}
