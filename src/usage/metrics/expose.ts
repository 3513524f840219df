import { formatFor } from './accept.ts';
import type { Family } from './family.ts';
import { contentTypes, endOf, familyText } from './text.ts';
import { turn } from './turn.ts';

/** What a scrape is answered. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/**
 * The text of all `families` in the format that is accepted. Between two of them whatever else is due gets its
 * turn: with many accounts and models the whole would hold up streams.
 */
export async function expose(families: readonly Family[], accept: string | undefined): Promise<Exposition> {
  const format = formatFor(accept);
  let text = '';
  for (const family of families) {
    text += familyText(family, format);
    await turn();
  }
  return { contentType: contentTypes[format], text: text + endOf(format) };
}
