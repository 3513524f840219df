import { Engine } from './engine.ts';
import type { Answered, Asked, Failure } from './protocol.ts';

// The worker: it alone holds the file, so that the thread that carries streams never waits on a disk. It speaks to
// that thread as web workers do: `node:worker_threads` would bring half of the runtime's library into this one too.

declare const self: Worker;

const engine = new Engine();
let isBusy = false;

self.addEventListener('message', ({ data }: MessageEvent<Asked>) => {
  const { id, request } = data;
  if (!isBusy && request.is === 'batch' && typeof request.statements === 'string') {
    isBusy = true;
    // The binary's compiler holds back during a start (docs/decisions/0091), and what ran then stays interpreted in
    // this thread until it hears of it as well: many rows at once are the work of a proxy that is called.
    Bun.unsafe.setJITPolicy(1);
  }
  // A worker is no window: it has no origin to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  self.postMessage(answer(id, request));
  // Only after the answer is on its way: the other side counts on it.
  if (request.is === 'close') process.exit(0);
});

function answer(id: number, request: Asked['request']): Answered {
  try {
    return { id, results: engine.answer(request) };
  } catch (error) {
    return { id, failure: toFailure(error) };
  }
}

function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error), sqlite: undefined };
  const code: unknown = 'code' in error ? error.code : undefined;
  return { message: error.message, sqlite: typeof code === 'string' ? code : undefined };
}
