import type * as z from 'zod';
import { accountSchemas } from './schemas-accounts.ts';
import { ledgerSchemas } from './schemas-ledger.ts';
import { stateSchemas } from './schemas-state.ts';

/** Everything an answer can hold, by the name it has in the document. */
export const schemas = { ...accountSchemas, ...stateSchemas, ...ledgerSchemas } as const;

/** One route, as the document tells it. */
export interface Operation {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** As in OpenAPI: `/control/accounts/{name}`. */
  readonly path: string;
  readonly tag: 'accounts' | 'sign-ins' | 'keys' | 'settings' | 'vault' | 'ledger' | 'capture' | 'proxy';
  readonly summary: string;
  /**
   * Who may ask: `anyone`, callers on this machine (`machine`), or those of them who bring the token of
   * this run as well (`token`).
   */
  readonly door: 'anyone' | 'machine' | 'token';
  /** What the body of the request is. */
  readonly body?: () => z.ZodType;
  /** The status of an answer that went well; 200 where it is left out. */
  readonly status?: 200 | 201 | 202;
  /** What is answered; left out for what is no JSON. */
  readonly answer?: z.ZodType;
  /** Its media type, where that is not JSON. */
  readonly type?: string;
}
