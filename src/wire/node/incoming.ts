import type { IncomingMessage } from 'node:http';
import type { ByteSink, ByteSource } from '../../http/bytes.ts';
import { header, type HeaderList } from '../../http/headers.ts';

/**
 * The body of a message as a source of the very buffers that came off the socket. It ends only when the
 * message was complete by its own framing; anything else is a failure.
 *
 * @param close how to close what is behind it when the reader wants no more
 */
export function bodyOf(message: IncomingMessage, close: () => void): ByteSource {
  let over = false;
  return {
    start(sink: ByteSink) {
      const finish = (tell: () => void): void => {
        if (over) return;
        over = true;
        tell();
      };
      message.on('data', (bytes: Uint8Array) => {
        if (!over) sink.chunk(bytes);
      });
      message.on('end', () => {
        finish(() => {
          // A message cut in the middle may still say 'end' on some versions; `complete` knows.
          if (message.complete) sink.end();
          else sink.fail(new Error('the message broke off'));
        });
      });
      message.on('error', (error) => {
        finish(() => {
          sink.fail(error);
        });
      });
      message.on('close', () => {
        finish(() => {
          sink.fail(new Error('the connection closed before the message was complete'));
        });
      });
    },
    pause() {
      message.pause();
    },
    resume() {
      message.resume();
    },
    cancel() {
      if (over) return;
      over = true;
      close();
    },
  };
}

/** Whether the head announces a body (RFC 9112 §6.3): a request without either header has none. */
export function hasBody(headers: HeaderList): boolean {
  const length = header(headers, 'content-length');
  return (length !== undefined && length !== '0') || header(headers, 'transfer-encoding') !== undefined;
}
