import { Gathering } from '../http/bytes.ts';
import { decoderFor } from '../http/decoder.ts';
import { headerValues } from '../http/headers.ts';
import type { CapturedView } from './contract-capture.ts';

/** A body that was kept, as somebody can read it. */
export type DecodedBody =
  | { readonly is: 'plain'; readonly bytes: Uint8Array }
  /** Nobody here knows the coding, or it is not what it says. */
  | { readonly is: 'coded'; readonly coding: string; readonly cause?: unknown };

/** Takes off the coding a body travelled in; of one that broke off, what comes out until there. */
export function decodedBody(
  { requestHeaders, answerHeaders }: Pick<CapturedView, 'requestHeaders' | 'answerHeaders'>,
  part: 'request' | 'answer',
  bytes: Uint8Array,
): DecodedBody {
  const headers = part === 'request' ? requestHeaders : answerHeaders;
  const coding = headerValues(headers, 'content-encoding').join();
  if (coding === '' || bytes.length === 0) return { is: 'plain', bytes };
  const plain = new Gathering();
  const decoder = decoderFor(coding, {
    chunk(out) {
      plain.add(new Uint8Array(out));
    },
    end() {},
  });
  if (decoder === undefined) return { is: 'coded', coding };
  try {
    for (let at = 0; at < bytes.length; at += 65_536) decoder.chunk(bytes.subarray(at, at + 65_536));
  } catch (cause) {
    return { is: 'coded', coding, cause };
  } finally {
    decoder.close();
  }
  return { is: 'plain', bytes: plain.take() };
}
