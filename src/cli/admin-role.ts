import { roleFrom, roles } from '../access/people/role.ts';
import type { Action } from './cli.ts';
import { problem } from './problems.ts';
import { withPeople } from './reach.ts';
import { plain } from './terminal.ts';

/** `admin role NAME ROLE`. */
export const adminRole: Action<object> = async (cli, _options, [name = '', given = '']) => {
  const role = roleFrom(given);
  if (role === undefined)
    throw problem('value-invalid', {
      option: 'The role',
      value: given.slice(0, 40),
      expects: roles.join(' or '),
    });
  const { person } = await withPeople(cli, (people) => people.setRole(name, role));
  if (cli.isJson) cli.terminal.json(person);
  else cli.terminal.print(`${plain(person.name)} is ${person.role} from now on`);
  return 0;
};
