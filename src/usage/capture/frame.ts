// How a file of captures is written: eight bytes that say what it is, then frames. A frame is its length (4 bytes,
// big endian), its kind (1 byte) and its content, sealed with AES-256-GCM under the key of the file. Its place in the
// file is its nonce, so a frame opens nowhere else; a key seals one file only, and a place is written once.

/** What a file begins with: the format and its version. */
export const fileHead: Uint8Array<ArrayBuffer> = new TextEncoder().encode('CCPCAP1\n');

/** What a frame holds. */
export const frameKind = { call: 1, request: 2, answer: 3, end: 4 } as const;
export type FrameKind = (typeof frameKind)[keyof typeof frameKind];

/** Length and kind (bytes). */
export const frameHeadBytes = 5;
/** What AES-GCM adds (bytes). */
const tagBytes = 16;
/** Of the content, before it is compressed. */
export const pieceBytes = 2 ** 20;
/** No frame of ours is longer, whatever its head says: what does not shrink grows a little. */
export const longestFrame = pieceBytes + 64 * 1024;

/** The key of one file. */
export type FileKey = Awaited<ReturnType<typeof importKey>>;

/** The length of a key (bytes). */
export const keyBytes = 32;

export function importKey(bytes: Uint8Array<ArrayBuffer>) {
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** The frame at `place` (0, 1, 2, …), whole. */
export async function sealFrame(
  key: FileKey,
  place: number,
  kind: FrameKind,
  content: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const head = frameHead(content.length + tagBytes, kind);
  const sealed = await crypto.subtle.encrypt(gcm(place, head), key, content);
  const frame = new Uint8Array(head.length + sealed.byteLength);
  frame.set(head);
  frame.set(new Uint8Array(sealed), head.length);
  return frame;
}

/** What the frame at `place` holds; undefined where it is not the one that was written there. */
export async function openFrame(
  key: FileKey,
  place: number,
  kind: FrameKind,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(
      await crypto.subtle.decrypt(gcm(place, frameHead(sealed.length, kind)), key, sealed),
    );
  } catch {
    return undefined;
  }
}

function frameHead(length: number, kind: FrameKind): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(frameHeadBytes);
  new DataView(head.buffer).setUint32(0, length);
  head[4] = kind;
  return head;
}

function gcm(place: number, head: Uint8Array<ArrayBuffer>) {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setUint32(8, place);
  return { name: 'AES-GCM', iv, additionalData: head };
}
