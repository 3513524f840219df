import { readFile } from 'node:fs/promises';
import type { Settings } from '../../config/settings.ts';
import { messageOf } from '../../base/errors.ts';

/** Headers that are ours to say, or the wire's. */
const ours = new Set([
  'host',
  'user-agent',
  'content-type',
  'content-length',
  'transfer-encoding',
  'connection',
]);

/**
 * The headers for the collector, from where the settings say: `name=value,name=value`, values percent-encoded,
 * as OpenTelemetry writes them in OTEL_EXPORTER_OTLP_HEADERS. Read each time, never kept.
 *
 * @throws Error that says what is missing or wrong, and never a value
 */
export async function otlpHeaders(
  { otlpHeadersEnv: variable, otlpHeadersFile: file }: Settings['metrics'],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  if (variable !== undefined) {
    const text = env[variable] ?? '';
    if (text === '') throw new Error(`${variable} is not set`);
    return headersIn(text, variable);
  }
  if (file === undefined) return [];
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Error(`the headers cannot be read: ${messageOf(error)}`);
  });
  return headersIn(text, file);
}

function headersIn(text: string, place: string): string[] {
  const parts = text.split(/[,\r\n]/).map((part) => part.trim());
  return parts
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [name = '', ...rest] = part.split('=');
      const value = decoded(rest.join('=').trim());
      const isName = /^[\w!#$%&'*+.^`|~-]+$/.test(name.trim()) && !ours.has(name.trim().toLowerCase());
      if (rest.length === 0 || !isName || value === undefined)
        throw new Error(`${place} does not hold headers as name=value,name=value`);
      return [name.trim(), value];
    });
}

/** Undefined where it could not stand in a header. */
function decoded(text: string): string | undefined {
  try {
    const value = decodeURIComponent(text);
    return /^[\x20-\x7e]*$/.test(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
