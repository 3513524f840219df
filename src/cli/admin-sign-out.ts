import type { Action } from './cli.ts';
import { withPeople } from './reach.ts';
import { plain } from './terminal.ts';

/** `admin sign-out [NAME]`. */
export const adminSignOut: Action<object> = async (cli, _options, [name]) => {
  const { sessions } = await withPeople(cli, (people) => people.signOut(name));
  if (cli.isJson) cli.terminal.json({ name: name ?? null, sessions });
  else {
    const where = sessions === 1 ? '1 browser' : `${sessions} browsers`;
    cli.terminal.print(`signed ${name === undefined ? 'everybody' : plain(name)} out of ${where}`);
  }
  return 0;
};
