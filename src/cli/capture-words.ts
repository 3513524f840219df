import type { CaptureView } from '../admin/contract-capture.ts';
import { bytesText } from '../config/kinds.ts';
import { plain } from './terminal.ts';

/** That prompts and answers are kept, where and until when; undefined where none are. */
export function captureWords({
  isOn,
  folder,
  keepDays,
  maxBytes,
  dropped,
  trouble,
}: CaptureView): string | undefined {
  if (!isOn) return undefined;
  const until = `${keepDays} ${keepDays === 1 ? 'day' : 'days'} after their own`;
  const where = `in ${folder}, encrypted, until ${until}, ${bytesText(maxBytes)} at most`;
  const lost = dropped === 0 ? '' : ` ${dropped} could not be kept.`;
  const now = trouble === null ? '' : ` It does not work right now: ${plain(trouble)}.`;
  return `PROMPTS AND ANSWERS ARE KEPT (capture.enabled): ${where}.${lost}${now}`;
}
