import { once } from '../../base/once.ts';
import { contents } from './asset-contents.ts';

/** One file as it goes out. */
interface Asset {
  readonly type: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly packed: Uint8Array<ArrayBuffer>;
}

export type AssetName = 'app.css' | 'app.js' | 'usage.js' | 'requests.js' | 'mark.svg';

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** By the path they have for a browser, whose name tells their content: it may be kept for ever. */
const byPath = once(() => {
  const all = new Map<string, Asset>();
  for (const [name, content] of Object.entries(contents)) {
    const plain = new TextEncoder().encode(content);
    const type = types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
    all.set(pathOf(name, content), { type, plain, packed: Bun.gzipSync(plain, { level: 9 }) });
  }
  return all;
});

function pathOf(name: string, content: string): string {
  const dot = name.lastIndexOf('.');
  return `/assets/${name.slice(0, dot)}-${Bun.hash(content).toString(36)}${name.slice(dot)}`;
}

/** Where a page finds an asset. */
export function assetPath(name: AssetName): string {
  return pathOf(name, contents[name] ?? '');
}

/** Tells one set of assets from another: an open page that has others is of another version. */
export const assetsMark = once(() => Bun.hash([...byPath().keys()].join(' ')).toString(36));

/** How many bytes a page with everything on it fetches, compressed. */
export function packedBytes(): number {
  return [...byPath().values()].reduce((sum, { packed }) => sum + packed.length, 0);
}

/** The answer to a request for `path`; undefined where there is no such asset. Only exact names are looked up. */
export function assetResponse(path: string, acceptEncoding: string | undefined): Response | undefined {
  const asset = byPath().get(path);
  if (asset === undefined) return undefined;
  const isPacked = /\bgzip\b/.test(acceptEncoding ?? '');
  return new Response(isPacked ? asset.packed : asset.plain, {
    headers: {
      'content-type': asset.type,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      vary: 'accept-encoding',
      ...(isPacked && { 'content-encoding': 'gzip' }),
    },
  });
}
