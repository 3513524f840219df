import { beginOf } from '../usage/capture/file-name.ts';
import { problem } from './problems.ts';

/** A day as it was typed. @throws Problem value-invalid */
export function dayGiven(text: string): string {
  if (beginOf(text) !== undefined) return text;
  throw problem('value-invalid', {
    option: '--day',
    value: text.slice(0, 40),
    expects: 'a day such as 2026-11-25',
  });
}
