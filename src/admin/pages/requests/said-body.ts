import { createHash } from 'node:crypto';
import { decodedBody } from '../../captured-body.ts';
import type { Captures } from '../../captures.ts';
import type { CapturedView } from '../../contract-capture.ts';
import type { SaidBody } from './said.tsx';

/** A browser draws no more than this of a text without getting slow (characters). */
const longestText = 400_000;

/** Reads what was kept of a body. @throws Problem as {@link Captures.body} does */
export async function saidBody(
  captures: Captures,
  call: CapturedView,
  part: 'request' | 'answer',
): Promise<SaidBody> {
  const bytes = await captures.body(call, part);
  const { bytes: all, kept } = call[part];
  const amount = kept < all ? `the first ${kept} of ${all} bytes` : `${all} bytes`;
  const digest = kept < all ? undefined : createHash('sha256').update(bytes).digest('hex');
  const decoded = decodedBody(call, part, bytes);
  if (decoded.is === 'coded')
    return { text: '', note: `${amount}, in the coding ${decoded.coding}, which is not read here`, digest };
  const text = textOf(decoded.bytes);
  if (text === undefined) return { text: '', note: `${amount}, no text`, digest };
  const isCut = text.length > longestText;
  return {
    text: isCut ? text.slice(0, longestText) : text,
    note: isCut ? `${amount}, the beginning` : amount,
    digest,
  };
}

/** JSON is laid out to be read; undefined for what is no text. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return laidOut(text);
  } catch {
    return undefined;
  }
}

function laidOut(text: string): string {
  if (!text.startsWith('{') || text.length > longestText) return text;
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
