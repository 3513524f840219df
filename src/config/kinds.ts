import { zod } from '../base/zod.ts';
import type { Kind } from './setting.ts';

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): Kind<number> {
  return {
    schema: () => zod().int().min(min).max(max),
    isPlain: (value) => Number.isSafeInteger(value) && isWithin(value, min, max),
    fromText: numberFrom,
    expects: `a whole number from ${min} to ${max}`,
  };
}

/** A whole number from `min` to `max`, or a word in place of it. */
export function numberOr<const Word extends string>(
  word: Word,
  min: number,
  max: number,
): Kind<number | Word> {
  const number = wholeNumber(min, max);
  return {
    schema: () => zod().union([zod().literal(word), number.schema()]),
    isPlain: (value) => value === word || number.isPlain?.(value) === true,
    fromText: numberFrom,
    expects: `"${word}" or a whole number from ${min} to ${max}`,
  };
}

/** A number from `min` to `max`, fractions allowed. */
export function decimal(min: number, max: number): Kind<number> {
  return {
    schema: () => zod().number().min(min).max(max),
    isPlain: (value) => isWithin(value, min, max),
    fromText: numberFrom,
    expects: `a number from ${min} to ${max}`,
  };
}

/** A length of time in seconds, fractions allowed. */
export function seconds(min: number, max: number): Kind<number> {
  return {
    schema: () => zod().number().min(min).max(max),
    isPlain: (value) => isWithin(value, min, max),
    fromText: numberFrom,
    expects: `a number of seconds from ${min} to ${max}`,
    unit: 'seconds',
  };
}

/** An amount of bytes: a whole number, or text with a unit such as `"64 KiB"`. */
export function byteCount(min: number, max: number): Kind<number> {
  return {
    schema: () => {
      const amount = zod().int().min(min).max(max);
      const written = zod().string().regex(byteText).transform(bytesIn).pipe(amount);
      return zod().union([amount, written]);
    },
    isPlain: (value) => Number.isSafeInteger(value) && isWithin(value, min, max),
    fromText: numberFrom,
    expects: `a number of bytes from ${bytesText(min)} to ${bytesText(max)}, such as ${min} or "${bytesText(min)}"`,
    unit: 'bytes',
  };
}

/** One of a few words. */
export function choice<const Words extends readonly [string, ...string[]]>(
  words: Words,
): Kind<Words[number]> {
  return {
    schema: () => zod().enum(words),
    isPlain: (value) => words.some((word) => word === value),
    fromText: asItIs,
    expects: either(words),
  };
}

/** Yes or no: `true` or `false` in the file; in a variable also 1, 0, yes, no, on, off. */
export function yesNo(): Kind<boolean> {
  const meanings = new Map<string, boolean>([
    ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
    ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
  ]);
  return {
    schema: () => zod().boolean(),
    isPlain: (value) => typeof value === 'boolean',
    fromText: (text) => meanings.get(text.toLowerCase()) ?? text,
    expects: 'true or false',
  };
}

/** The path of a file, or of a folder. */
export function filePath(what: 'file' | 'folder' = 'file'): Kind<string> {
  return {
    schema: () =>
      zod()
        .string()
        .min(1)
        .refine((path) => !path.includes('\0'), 'holds a NUL character'),
    isPlain: (value) => typeof value === 'string' && value !== '' && !value.includes('\0'),
    fromText: asItIs,
    expects: `the path of a ${what}`,
    isPath: true,
  };
}

/** A file of lines, or `true` for the usual one, or `false` for none. Its ending keeps it from being any other file. */
export function linesFile(): Kind<string | boolean> {
  const onOff = yesNo();
  const ending = /\.(?:log|jsonl|ndjson)$/;
  return {
    schema: () =>
      zod().union([
        onOff.schema(),
        filePath()
          .schema()
          .refine((path) => ending.test(path), 'has another ending'),
      ]),
    isPlain: (value) => typeof value === 'boolean',
    fromText: onOff.fromText,
    expects: 'true, false or the path of a file that ends in .log, .jsonl or .ndjson',
    isPath: true,
  };
}

/** The same kind for a setting that may be left out altogether. */
export function optional<T>(kind: Kind<T>): Kind<T | undefined> {
  return kind;
}

/** A list; in a variable or flag its items are separated by commas. */
export function listOf<T>(item: Kind<T>, plural: string): Kind<readonly T[]> {
  return {
    schema: () => zod().array(item.schema()).max(1000),
    fromText: (text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '')
        .map((part) => item.fromText(part)),
    expects: `a list of ${plural}`,
    expectsOfItem: item.expects,
  };
}

/** For kinds whose text is already the value. */
export function asItIs(text: string): string {
  return text;
}

function isWithin(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && value >= min && value <= max;
}

function numberFrom(text: string): unknown {
  return /^-?\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Number(text) : text;
}

function either(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  return quoted.length > 1 ? `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}` : quoted.join('');
}

/** Decimal and binary units; "64K" alone is refused, since people mean both by it. */
const byteText = /^\d{1,15}(?:\.\d{1,9})? ?(?:B|[KkMG]B|[KMG]iB)$/;

const bytesPerUnit = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, KIB: 2 ** 10, MIB: 2 ** 20, GIB: 2 ** 30 } as const;

function bytesIn(text: string): number {
  const unit = Object.entries(bytesPerUnit).findLast(([name]) => text.toUpperCase().endsWith(name));
  return Number.parseFloat(text) * (unit?.[1] ?? 1);
}

/** An amount of bytes for people, in the largest unit that keeps it whole: 34603008 is `33 MiB`. */
export function bytesText(bytes: number): string {
  const units = [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const;
  const fit = units.find(([, size]) => bytes >= size && bytes % size === 0);
  return fit === undefined ? `${bytes} bytes` : `${bytes / fit[1]} ${fit[0]}`;
}
