import { invalid } from './errors.ts';
import type { JsonObject } from './json.ts';

/** The version that ended sampling parameters (api.md: sent by SDK TypeScript 1.x and its siblings). */
export const newVersion = '2026-10-21';

const versions: ReadonlySet<string> = new Set(['2023-01-01', '2023-06-01', newVersion]);

/** What a request says about itself outside its body. */
export interface Dialect {
  readonly version: string;
  readonly betas: readonly string[];
}

/** @throws ApiError 400 where the version is missing or unknown */
export function checkVersion(version: string | undefined): string {
  if (version === undefined || version === '') throw invalid('anthropic-version: header is required');
  if (!versions.has(version)) throw invalid(`anthropic-version: "${version}" is not a valid version`);
  return version;
}

/** Fields of a request that need no beta value (types of SDK 1.12). */
const countFields = [
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
] as const;
const countOnly = [...countFields, 'cache_control', 'speed'] as const;
const messageOnly = [
  ...countOnly,
  'max_tokens',
  'container',
  'diagnostics',
  'inference_geo',
  'metadata',
  'service_tier',
  'stop_sequences',
  'stream',
] as const;

/** Refused under the new version. */
const samplingFields = ['temperature', 'top_p', 'top_k'] as const;

/** Beta values that carry a field whose name they do not contain. */
const betaByField: Readonly<Record<string, string>> = {
  compaction: 'compact-',
  mcp_servers: 'mcp-client-',
  output_format: 'structured-outputs-',
  thread: 'message-threads-',
  fallbacks: 'server-side-fallback-',
  fallback_credit_token: 'fallback-credit-',
  billing_policy: 'user-profiles-billing-',
  tags: 'request-tags-',
};

/**
 * Refuses every top-level field that neither the endpoint nor one of the beta values knows. A beta value
 * that nobody knows yet brings the field it is named for: `future-2027-01-01` brings `future`.
 *
 * @throws ApiError 400
 */
export function checkFields(body: JsonObject, dialect: Dialect, endpoint: 'messages' | 'count_tokens'): void {
  const known: readonly string[] = endpoint === 'messages' ? messageOnly : countOnly;
  for (const field of Object.keys(body)) {
    if (known.includes(field)) continue;
    const isSampling = samplingFields.some((name) => name === field);
    if (isSampling && endpoint === 'messages' && dialect.version !== newVersion) continue;
    if (!isSampling && hasBetaFor(field, dialect.betas)) continue;
    throw invalid(`${field}: Extra inputs are not permitted`);
  }
}

/** Whether one of `betas` brings the field. */
export function hasBetaFor(field: string, betas: readonly string[]): boolean {
  const named = betaByField[field] ?? field.replaceAll('_', '-');
  return betas.some((beta) => beta.includes(named));
}
