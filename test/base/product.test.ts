import { describe, expect, it } from 'bun:test';
import { build, product, userAgent } from '../../src/base/product.ts';
import packageJson from '../../package.json' with { type: 'json' };

describe('the product', () => {
  it('is called in package.json as it calls itself', () => {
    expect(packageJson.name).toBe(product.binary);
    expect(Object.keys(packageJson.bin)).toEqual([product.binary]);
    expect(packageJson.version).toBe(product.version);
  });

  it('knows of a checkout only its version', () => {
    expect(build).toEqual({
      version: packageJson.version,
      commit: 'unknown',
      date: 'unknown',
      target: 'source',
    });
  });

  it('says who it is on calls of its own', () => {
    expect(userAgent).toBe(`${product.binary}/${product.version}`);
  });

  it('has prefixes that stand where they are used: variables, keys, headers, metrics', () => {
    expect(product.envPrefix).toMatch(/^[A-Z]+_$/);
    expect(product.keyPrefix).toMatch(/^[a-z]+-$/);
    expect(product.headerPrefix).toMatch(/^x-[a-z]+-$/);
    expect(product.metricPrefix).toMatch(/^[a-z]+_$/);
    // Keys of the API are told from ours by how they begin.
    expect('sk-ant-').not.toStartWith(product.keyPrefix);
  });
});
