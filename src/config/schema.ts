import * as z from 'zod';
import { product } from '../base/product.ts';
import type { DeclaredSetting } from './settings.ts';
import { sections, settingsByKey } from './settings.ts';

/** The JSON Schema (draft 2020-12) of the settings file, for editors that complete and check TOML. */
export function settingsSchema(): Record<string, unknown> {
  const defaults = new Map<unknown, unknown>();
  const inFile = ({ setting }: DeclaredSetting): z.ZodType => {
    const schema = setting.kind.schema().optional().meta({ description: setting.help });
    if (setting.fallback !== undefined) defaults.set(schema, setting.fallback);
    return schema;
  };
  const headings = [...sections].map(([name, { help }]) => {
    const here = [...settingsByKey.values()].filter(({ section }) => section === name);
    const shape = Object.fromEntries(here.map((one) => [one.fileName, inFile(one)]));
    return [name, z.strictObject(shape).optional().meta({ description: help })] as const;
  });
  const { $schema, ...rest } = z.toJSONSchema(z.strictObject(Object.fromEntries(headings)), {
    target: 'draft-2020-12',
    io: 'input',
    // As `meta` they would be lost wherever a value is transformed: there zod takes a default for the output's.
    override: ({ zodSchema, jsonSchema }) => {
      if (defaults.has(zodSchema)) Object.assign(jsonSchema, { default: defaults.get(zodSchema) });
    },
  });
  return { $schema, title: `Settings of ${product.name} (config.toml)`, ...rest };
}
