import { describe, expect, it } from 'bun:test';
import { assetPath, assetResponse, packedBytes } from '../../../src/admin/pages/assets.ts';

describe('the assets of the page', () => {
  it('are together far below what a page may weigh', () => {
    expect(packedBytes()).toBeGreaterThan(10_000);
    expect(packedBytes()).toBeLessThan(150 * 1024);
  });

  it('have their content in their name, and may be kept for ever', () => {
    const path = assetPath('app.css');
    expect(path).toMatch(/^\/assets\/app-[a-z0-9]{8,}\.css$/);
    const { headers } = assetResponse(path, undefined)!;
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('go out packed to whoever takes that', async () => {
    const path = assetPath('app.js');
    const packed = assetResponse(path, 'gzip, deflate, br')!;
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    const text = new TextDecoder().decode(Bun.gunzipSync(await packed.arrayBuffer()));
    expect(text).toBe(await assetResponse(path, 'identity')!.text());
  });

  it('are found by their whole names only', () => {
    for (const path of [
      '/assets/app.css',
      '/assets/',
      '/assets/../settings',
      '/assets/%2e%2e/app.css',
      `${assetPath('app.css')}/`,
    ])
      expect([path, assetResponse(path, undefined)]).toEqual([path, undefined]);
  });

  it('hold no code that was made from text, and ask no other host', async () => {
    for (const name of ['app.js', 'requests.js', 'usage.js'] as const) {
      const script = await assetResponse(assetPath(name), undefined)!.text();
      expect([name, /\beval\(|https?:\/\/(?!www\.w3\.org)/.exec(script)]).toEqual([name, null]);
      // Only htmx turns text into elements, and what it is given was escaped by us.
      if (name !== 'app.js') expect([name, /\.innerHTML\b/.exec(script)]).toEqual([name, null]);
    }
    const style = await assetResponse(assetPath('app.css'), undefined)!.text();
    expect(style).not.toMatch(/url\(|@import/);
  });
});
