import { once } from './once.ts';
import type { z } from './zod-library.ts';

type Library = typeof z;

/**
 * The library of schemas, loaded when the first schema is made. It takes five megabytes with its first schemas, and a proxy
 * that starts with its usual settings needs none: docs/decisions/0516-what-an-idle-proxy-still-loads.md.
 */
export const zod: () => Library = once(() => {
  // Whoever makes a schema cannot wait for `import()`.
  // oxlint-disable-next-line typescript/no-require-imports, unicorn/prefer-module, typescript/no-unsafe-type-assertion
  return (require('./zod-library.ts') as { readonly z: Library }).z;
});
