import { zod } from '../base/zod.ts';
import type { Kind } from './setting.ts';

/** A name of a model as clients write it, or a pattern of names. */
const alias = /^[\x21-\x3c\x3e-\x7e]{1,200}$/;
const model = /^[\x21-\x2b\x2d-\x7e]{1,200}$/;

/** Names of models, or patterns of names, each with the model it stands for; `gpt-*=claude-opus-5-5,o3=…` as text. */
export function modelAliases(): Kind<Readonly<Record<string, string>>> {
  return {
    schema: () => zod().record(zod().string().regex(alias), zod().string().regex(model)),
    fromText: (text) =>
      Object.fromEntries(
        text
          .split(',')
          .map((pair) => pair.trim())
          .filter((pair) => pair !== '')
          .map((pair) => {
            const equals = pair.indexOf('=');
            return equals === -1 ? [pair, ''] : [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
          }),
      ),
    expects: 'a table of model names, such as { "gpt-*" = "claude-sonnet-5-5" }',
    expectsOfItem:
      'a model name without blanks; the name in front of it may hold * for any run of characters',
  };
}
