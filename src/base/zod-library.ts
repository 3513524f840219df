import * as zod from 'zod';

/**
 * What files that a start loads take of the library, by name: all of it would bring error texts in fifty languages into every
 * binary. One module of ours, since `require` of the library's own name would take another copy, the one for CommonJS.
 */
export const z = {
  array: zod.array,
  boolean: zod.boolean,
  cidrv4: zod.cidrv4,
  cidrv6: zod.cidrv6,
  enum: zod.enum,
  int: zod.int,
  ipv4: zod.ipv4,
  ipv6: zod.ipv6,
  iso: zod.iso,
  literal: zod.literal,
  looseObject: zod.looseObject,
  NEVER: zod.NEVER,
  number: zod.number,
  object: zod.object,
  record: zod.record,
  strictObject: zod.strictObject,
  string: zod.string,
  union: zod.union,
  unknown: zod.unknown,
  url: zod.url,
};
