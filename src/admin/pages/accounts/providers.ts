import type { Sources } from '../sources.ts';

/** The providers of the settings, at which accounts can sign in. */
export async function providersIn({ settings }: Pick<Sources, 'settings'>): Promise<readonly string[]> {
  const { sections } = await settings.view();
  return sections.find(({ name }) => name === 'providers')?.entries ?? [];
}
