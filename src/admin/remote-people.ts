import type { ChangeView, PersonView } from './contract-people.ts';
import type { PeopleManagement } from './people.ts';

/** Asks the running proxy, which has proved to be ours. */
type Ask = <T>(method: string, path: string, body?: unknown) => Promise<T>;

/** The people of a running proxy. */
export function remotePeople(ask: Ask): PeopleManagement {
  const pathOf = (name: string): string => `/control/people/${encodeURIComponent(name)}`;
  return {
    listPeople: async () => (await ask<{ people: PersonView[] }>('GET', '/control/people')).people,
    setPassword: (name, password, role) =>
      ask('PUT', `${pathOf(name)}/password`, { password: password.reveal(), role }),
    setRole: (name, role) => ask('PUT', `${pathOf(name)}/role`, { role }),
    removePerson: (name) => ask('DELETE', pathOf(name)),
    signOut: (name) => ask('POST', '/control/sign-out', name === undefined ? {} : { name }),
    makeLink: (role) => ask('POST', '/control/link', { role }),
    changes: async (question) =>
      (await ask<{ changes: ChangeView[] }>('POST', '/control/reports/changes', question)).changes,
  };
}
