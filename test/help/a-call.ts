import type { ByteSource } from '../../src/http/bytes.ts';
import type { Call } from '../../src/http/call.ts';

/** A call as the wire hands it over: from this machine to `localhost:8000`, unless told otherwise. */
export function aCall(more: Partial<Call> & { body?: ByteSource | undefined } = {}): Call {
  return {
    method: 'POST',
    target: '/v1/messages',
    headers: ['Host', 'localhost:8000'],
    body: undefined,
    peer: { address: '127.0.0.1', localAddress: '127.0.0.1', secure: false },
    signal: new AbortController().signal,
    ...more,
  };
}
