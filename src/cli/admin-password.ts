import type { Role } from '../access/people/role.ts';
import { leastPasswordLetters } from '../access/people/passwords.ts';
import type { Secret } from '../base/secret.ts';
import { ownCommand } from '../base/own-command.ts';
import { askSecret, readSecret } from './ask.ts';
import type { Action, Cli } from './cli.ts';
import { problem } from './problems.ts';
import { withPeople } from './reach.ts';
import { plain } from './terminal.ts';

interface PasswordOptions {
  readonly role?: Role;
  readonly passwordStdin?: boolean;
}

const firstName = 'admin';

/** `admin password [NAME]`. The password is asked for, or piped in; it stands in no command line. */
export const adminPassword: Action<PasswordOptions> = async (cli, options, [name = firstName]) => {
  const password = await newPassword(cli, options);
  const { person, isNew } = await withPeople(cli, (people) =>
    people.setPassword(name, password, options.role),
  );
  if (cli.isJson) cli.terminal.json({ ...person, isNew });
  else {
    const shown = plain(person.name);
    cli.terminal.print(
      isNew
        ? `${shown} can sign in at the page now, as ${person.role}`
        : `${shown} has a new password, as ${person.role}`,
    );
    if (!isNew) cli.terminal.note('Whoever was signed in with the old one no longer is.');
  }
  return 0;
};

/** @throws Problem value-missing, password-short, password-differs, cancelled */
async function newPassword(cli: Cli, { passwordStdin = false }: PasswordOptions): Promise<Secret> {
  if (passwordStdin) return readSecret(process.stdin, { isTrimmed: false });
  if (!cli.terminal.canAsk) {
    const what = `The password (${ownCommand('admin password NAME --password-stdin')})`;
    throw problem('value-missing', { what });
  }
  const question = `Password, at least ${leastPasswordLetters} characters (not shown while you type)`;
  const password = await askSecret(question, { isTrimmed: false });
  if (Array.from(password.reveal()).length < leastPasswordLetters)
    throw problem('password-short', { least: leastPasswordLetters });
  const again = await askSecret('The same again', { isTrimmed: false });
  if (again.reveal() !== password.reveal()) throw problem('password-differs');
  return password;
}
