import { zod } from '../base/zod.ts';
import { asItIs } from './kinds.ts';
import type { Kind } from './setting.ts';

/** US dollars for a million tokens. Nothing costs more than a thousand times what models cost today. */
export function usdPerMillion(): Kind<number> {
  return {
    schema: () => zod().number().min(0).max(100_000),
    fromText: Number,
    expects: 'US dollars per million tokens from 0 to 100000, such as 2.5',
  };
}

/** A share, or a multiple, of something. */
export function factor(): Kind<number> {
  return {
    schema: () => zod().number().min(0).max(100),
    fromText: Number,
    expects: 'a number from 0 to 100, such as 0.85 for 15 % less',
  };
}

/** An account, by name or id, with such a factor: `work=0.8`. */
export function nameAndFactor(): Kind<string> {
  return {
    schema: () =>
      zod()
        .string()
        .regex(/^[^=\p{Cc}]{1,200}=\d{1,3}(?:\.\d{1,9})?$/u),
    fromText: asItIs,
    expects: 'an account, "=" and a factor, such as "work=0.8"',
  };
}

/** The name of a model, or a pattern of names; case makes no difference. */
export function modelPattern(): Kind<string> {
  return {
    schema: () =>
      zod()
        .string()
        .regex(/^[\x21-\x7e]{1,200}$/),
    fromText: asItIs,
    expects: 'a model name without blanks, with * for any run of characters',
  };
}

/** A day in UTC (RFC 3339 full-date), kept as text. */
export function day(): Kind<string> {
  return {
    schema: () => zod().iso.date(),
    fromText: asItIs,
    expects: 'a day in quotes, such as "2026-11-01"',
  };
}
