import { proofOf } from '../../src/admin/run-file.ts';
import { Secret } from '../../src/base/secret.ts';

/** Who proves to be a running proxy, and says to commands what a test wants. */
export interface Control {
  readonly url: string;
  readonly token: Secret;
  /** The paths that were asked, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export function aControl(says: (path: string) => Response | Promise<Response>): Control {
  const token = new Secret('x'.repeat(43));
  const asked: string[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      if (pathname !== '/control/hello') return says(pathname);
      const { nonce } = (await request.json()) as { nonce: string };
      return Response.json({ proof: proofOf(token, nonce) });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, token, asked, close: () => server.stop(true) };
}

/** A proxy whose successor does not come up. */
export function noSuccessor(): Response {
  const problem = { code: 'succession-failed', title: 'It did not come up.', fix: 'See its log.' };
  return Response.json({ error: { message: problem.title }, problem }, { status: 500 });
}
