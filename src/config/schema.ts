import * as z from 'zod';
import { product } from '../base/product.ts';
import { entryName, fileName, type Section, type Setting } from './setting.ts';
import { keyedSections, sections } from './settings.ts';

/** The JSON Schema (draft 2020-12) of the settings file, for editors that complete and check TOML. */
export function settingsSchema(): Record<string, unknown> {
  const defaults = new Map<unknown, unknown>();
  const inFile = ({ kind, help, fallback }: Setting<unknown>): z.ZodType => {
    const schema = kind.schema().optional().meta({ description: help });
    if (fallback !== undefined) defaults.set(schema, fallback);
    return schema;
  };
  const table = ({ settings }: Section): z.ZodType =>
    z.strictObject(
      Object.fromEntries(Object.entries(settings).map(([name, one]) => [fileName(name), inFile(one)])),
    );
  const fixed = [...sections].map(([name, section]) => {
    return [name, table(section).optional().meta({ description: section.help })] as const;
  });
  const keyed = [...keyedSections].map(([name, section]) => {
    const tables = z.record(z.string().regex(entryName), table(section));
    return [name, tables.optional().meta({ description: section.help })] as const;
  });
  const all = z.strictObject(Object.fromEntries([...fixed, ...keyed]));
  const { $schema, ...rest } = z.toJSONSchema(all, {
    target: 'draft-2020-12',
    io: 'input',
    // As `meta` they would be lost wherever a value is transformed: there zod takes a default for the output's.
    override: ({ zodSchema, jsonSchema }) => {
      if (defaults.has(zodSchema)) Object.assign(jsonSchema, { default: defaults.get(zodSchema) });
    },
  });
  return { $schema, title: `Settings of ${product.name} (config.toml)`, ...rest };
}
