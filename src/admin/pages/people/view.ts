import type { PersonView } from '../../contract-people.ts';
import type { Sources } from '../sources.ts';

/** What the page of the people shows. */
export interface PeopleView {
  /** Who has a password, by name. */
  readonly people: readonly PersonView[];
  /** Who comes in besides: by a provider of the settings. */
  readonly providers: readonly string[];
  readonly admins: readonly string[];
  readonly viewers: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export async function peopleView({ people, settings, clock }: Sources): Promise<PeopleView> {
  const { settings: all } = await settings.view();
  const list = (key: string): readonly string[] => {
    const value = all.find((one) => one.key === key)?.value;
    return Array.isArray(value) ? value.map(String) : [];
  };
  return {
    people: await people.listPeople(),
    providers: list('admin.providers'),
    admins: list('admin.admins'),
    viewers: list('admin.viewers'),
    now: clock.now(),
  };
}
