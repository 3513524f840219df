import { ownCommand } from '../base/own-command.ts';
import type { Action } from './cli.ts';
import { withPeople } from './reach.ts';
import { plain } from './terminal.ts';
import { agoWords } from './words.ts';

/** `admin list`. */
export const adminList: Action<object> = async (cli) => {
  const { terminal, clock } = cli;
  const people = await withPeople(cli, (reached) => reached.listPeople());
  if (cli.isJson) terminal.json(people);
  else if (people.length === 0) {
    terminal.print('Nobody has a password.');
    terminal.note(`Set one: ${ownCommand('admin password')}`);
  } else {
    const now = clock.now();
    terminal.table(
      ['NAME', 'ROLE', 'SIGNED IN', 'PASSWORD SET'],
      people.map(({ name, role, sessions, passwordAt }) => [
        plain(name),
        role,
        sessions === 0 ? '-' : sessions === 1 ? 'in 1 browser' : `in ${sessions} browsers`,
        agoWords(passwordAt, now),
      ]),
    );
  }
  return 0;
};
