import { describe, expect, it } from 'bun:test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultSettings, type Settings } from '../../../src/config/settings.ts';
import { otlpHeaders } from '../../../src/usage/metrics/otlp-headers.ts';
import { temporaryFolders } from '../../help/a-folder.ts';

const aFolder = temporaryFolders();

const inVariable: Settings['metrics'] = { ...defaultSettings.metrics, otlpHeadersEnv: 'HEADERS' };

async function trouble(headers: string): Promise<string> {
  return otlpHeaders(inVariable, { HEADERS: headers }).then(
    () => 'none',
    (error: Error) => error.message,
  );
}

describe('headers for a collector', () => {
  it('come from a variable, with values percent-encoded', async () => {
    const headers = 'Authorization=Basic%20YTpi, x-tenant = team%2C1 ,x-empty=';
    expect(await otlpHeaders(inVariable, { HEADERS: headers })).toEqual([
      'Authorization',
      'Basic YTpi',
      'x-tenant',
      'team,1',
      'x-empty',
      '',
    ]);
  });

  it('come from a file, a line each if one likes', async () => {
    const file = join(aFolder(), 'headers');
    await writeFile(file, 'api-key=a=b\r\nx-tenant=one\n');
    const settings = { ...defaultSettings.metrics, otlpHeadersFile: file };
    expect(await otlpHeaders(settings, {})).toEqual(['api-key', 'a=b', 'x-tenant', 'one']);
  });

  it('are none where the settings name none', async () => {
    expect(await otlpHeaders(defaultSettings.metrics, { HEADERS: 'a=b' })).toEqual([]);
  });

  it.each([
    'planted',
    'planted value=x',
    'x-a=planted%0d%0ax-b: y',
    'x-a=planted%',
    'x-a=plänted',
    'Host=planted',
    'content-length=9',
    'user-agent=planted',
  ])('that could not be sent are refused without being repeated: %p', async (text) => {
    expect(await trouble(text)).toBe('HEADERS does not hold headers as name=value,name=value');
  });

  it('that are missing are missed by the name of their place', async () => {
    expect(await trouble('')).toBe('HEADERS is not set');
    const settings = { ...defaultSettings.metrics, otlpHeadersFile: '/nowhere/headers' };
    const reason = await otlpHeaders(settings, {}).catch((error: Error) => error.message);
    expect(reason).toContain('/nowhere/headers');
  });
});
