import { fitsAny } from '../base/pattern.ts';

/** Names of models that clients use, and the model each of them stands for (`openai.models`). */
export type Aliases = Readonly<Record<string, string>>;

/**
 * The model that `name` stands for: an alias of exactly this name first, then the longest pattern that fits; a name
 * that no alias has stands for itself. Case makes no difference.
 */
export function modelBehind(name: string, aliases: Aliases): string {
  const fitting = Object.entries(aliases).filter(([alias]) => fitsAny([alias], name));
  const isExact = (alias: string): boolean => !alias.includes('*');
  const [best] = fitting.toSorted(
    ([a], [b]) => Number(isExact(b)) - Number(isExact(a)) || b.length - a.length,
  );
  return best?.[1] ?? name;
}
