import { decidedByName } from '../http/headers.ts';

/** The families of models that have windows of their own. */
export const families = ['fable', 'haiku', 'mythos', 'opus', 'sonnet'] as const;
export type Family = (typeof families)[number];

const inName = new RegExp(`(?:^|[^a-z])(${families.join('|')})(?:[^a-z]|$)`);

/** The family that the name of a model (`claude-opus-5-5`) or of a window (`7d_opus`) tells of. */
export function familyOf(name: string | undefined): Family | undefined {
  return name === undefined ? undefined : familyIn(name);
}

/** Every call asks, and there are few models. */
const familyIn = decidedByName((name) => {
  const word = inName.exec(name)?.[1];
  return families.find((family) => family === word);
});
