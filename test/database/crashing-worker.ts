// A worker that answers the opening and dies of the next message: an error nobody caught.
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', ({ id, request }: { id: number; request: { is: string } }) => {
  if (request.is !== 'open') throw new Error('out of luck');
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage({ id, results: [] });
});
