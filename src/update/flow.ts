import type { ByteSource } from '../http/bytes.ts';

/** Bytes that may wait for their reader before the source is held back. */
const mostWaiting = 4 * 2 ** 20;

/**
 * The chunks of `source` for a loop. It flows no faster than the loop takes; a loop that is left lets it go.
 *
 * @throws the error the source fails with
 */
export async function* chunksOf(source: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  const waiting: Uint8Array[] = [];
  let bytes = 0;
  let isOver = false;
  let error: Error | undefined;
  let news = Promise.withResolvers<void>();
  const tell = (): void => {
    news.resolve();
  };
  source.start({
    chunk(chunk) {
      waiting.push(chunk);
      bytes += chunk.length;
      if (bytes > mostWaiting) source.pause();
      tell();
    },
    end() {
      isOver = true;
      tell();
    },
    fail(reason) {
      isOver = true;
      error = reason;
      tell();
    },
  });
  try {
    for (;;) {
      const chunk = waiting.shift();
      if (chunk !== undefined) {
        bytes -= chunk.length;
        if (bytes <= mostWaiting) source.resume();
        yield chunk;
      } else if (error !== undefined) throw error;
      else if (isOver) return;
      else {
        await news.promise;
        news = Promise.withResolvers();
      }
    }
  } finally {
    if (!isOver) source.cancel();
  }
}
