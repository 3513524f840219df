import { readRunFile } from '../../src/admin/run-file.ts';
import type { Proxy } from './a-proxy.ts';

/** Long enough, and good for nothing else. */
export const password = 'correct horse battery';

/** What commands send. */
export async function control(proxy: Proxy, method: string, path: string, body?: unknown): Promise<Response> {
  const token = (await readRunFile(proxy.places.run))?.controlToken.reveal() ?? '';
  return fetch(proxy.url + path, {
    method,
    headers: {
      'x-ccproxy-control': token,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** Gives somebody {@link password}. */
export async function aPerson(proxy: Proxy, name: string, role: 'admin' | 'viewer' = 'admin'): Promise<void> {
  const answer = await control(proxy, 'PUT', `/control/people/${name}/password`, { password, role });
  if (answer.status !== 200) throw new Error(await answer.text());
}

/** What a one-time link carries behind the `#`. */
export async function aLink(proxy: Proxy, role: 'admin' | 'viewer' = 'admin'): Promise<string> {
  const answer = await control(proxy, 'POST', '/control/link', { role });
  const { path } = (await answer.json()) as { path: string };
  return path.slice('/sign-in#link='.length);
}

/** What was written down of who changed what, oldest first: `ann signed-in`. */
export async function changesIn(proxy: Proxy): Promise<string[]> {
  const answer = await control(proxy, 'POST', '/control/reports/changes', { limit: 1000 });
  const { changes } = (await answer.json()) as { changes: { who: string; what: string; subject: string }[] };
  return changes.map(({ who, what, subject }) => `${who} ${what} ${subject}`.trim()).toReversed();
}
