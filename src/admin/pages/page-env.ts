import type { Context } from 'hono';
import type { Asker, Origin } from './asker.ts';

/** What a route of the page knows of its request besides the request. */
export interface PageEnv {
  readonly Bindings: Origin;
  readonly Variables: { readonly asker: Asker };
}

export type PageContext = Context<PageEnv>;
