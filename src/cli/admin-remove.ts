import { askYes } from './ask.ts';
import type { Action } from './cli.ts';
import { problem } from './problems.ts';
import { withPeople } from './reach.ts';
import { plain } from './terminal.ts';

/** `admin remove NAME`. */
export const adminRemove: Action<{ yes?: boolean }> = async (cli, { yes = false }, [name = '']) => {
  if (!yes) {
    if (!cli.terminal.canAsk || !(await askYes(`Take the password of ${plain(name)} away?`)))
      throw problem('not-confirmed');
  }
  const { person } = await withPeople(cli, (people) => people.removePerson(name));
  if (cli.isJson) cli.terminal.json(person);
  else cli.terminal.print(`${plain(person.name)} can no longer sign in, and is signed out`);
  return 0;
};
