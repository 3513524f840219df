import { expect, test } from 'bun:test';
import { parse } from 'smol-toml';
import * as z from 'zod';
import { sampleSettings } from '../../src/config/document.ts';
import { settingsSchema } from '../../src/config/schema.ts';
import { settingsByKey, settingsUnder } from '../../src/config/settings.ts';

const schema = settingsSchema();

/** Whether an editor that follows the schema accepts the document. */
function isAccepted(toml: string): boolean {
  return z.fromJSONSchema(schema).safeParse(structuredClone(parse(toml))).success;
}

test('it is a schema of the draft that editors know, and plain JSON', () => {
  expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
});

test('it has every setting with its explanation and its default', () => {
  for (const { section, fileName, setting } of settingsByKey.values()) {
    const path = `properties.${section}.properties.${fileName}`;
    expect(schema).toHaveProperty(`${path}.description`, setting.help);
    if (setting.fallback === undefined) expect(schema).not.toHaveProperty(`${path}.default`);
    else expect(schema).toHaveProperty(`${path}.default`, setting.fallback);
  }
});

test('it has the settings under names that people choose, whatever the name', () => {
  for (const { fileName, setting } of settingsUnder('providers', 'x')) {
    const path = `properties.providers.additionalProperties.properties.${fileName}`;
    expect(schema).toHaveProperty(`${path}.description`, setting.help);
    if (setting.fallback !== undefined) expect(schema).toHaveProperty(`${path}.default`, setting.fallback);
  }
});

test('it accepts what the proxy accepts', () => {
  expect(isAccepted('')).toBe(true);
  expect(isAccepted('[server]\nport = 81\nmax_body_bytes = "64 KiB"\ntrusted_proxies = ["10.0.0.0/8"]')).toBe(
    true,
  );
  expect(
    isAccepted('[providers.a-b]\nissuer = "https://x.example"\nextra_params = { prompt = "login" }'),
  ).toBe(true);
  expect(isAccepted(sampleSettings().replaceAll(/^# (\w+ = )/gm, '$1'))).toBe(true);
});

test('it refuses unknown keys, wrong types and values out of range', () => {
  for (const toml of [
    'zebra = 1',
    '[zebra]',
    '[server]\nprot = 1',
    '[server]\nport = "81"',
    '[server]\nport = 70000',
    '[server]\nmax_body_bytes = "64K"',
    '[log]\nlevel = "loud"',
    '[providers]\nissuer = "https://x.example"',
    '[providers.x]\nzebra = 1',
    '[providers."X Y"]\nissuer = "https://x.example"',
    '[providers.x]\nways = ["door"]',
  ]) {
    expect(isAccepted(toml), toml).toBe(false);
  }
});
