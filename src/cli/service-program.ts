import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import { problem } from './problems.ts';
import { selfCommand } from './self.ts';

/**
 * The program as the service is to start it. Package managers put a link into the `PATH` and the program into a
 * folder with its version: the link is what is still there after the next upgrade.
 *
 * @param find where a shell would find a program
 * @throws Problem service-passing
 */
export function lastingProgram(
  [program = '', ...rest]: readonly string[] = selfCommand(),
  find: (name: string) => string | null = Bun.which,
): string[] {
  if (/[/\\](?:_npx|_cacache)[/\\]/.test(program)) throw problem('service-passing', { program });
  const found = rest.length === 0 ? find(product.binary) : null;
  return [found !== null && realpathSync(found) === program ? found : program, ...rest];
}

/** The user of a service must get to its program, and home directories are closed. @throws Problem service-program */
export function checkReachable(program: readonly string[], user: string): void {
  for (const path of program.filter((word) => word.startsWith('/'))) {
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) {
      const isClosed = (statSync(folder).mode & 0o001) === 0;
      if (isClosed && !folder.endsWith(`/${user}`))
        throw problem('service-program', { user, program: path, folder });
    }
  }
}

/** The same on Windows, whose service has an account of its own. @throws Problem service-program */
export function checkOutsideProfile([program = '']: readonly string[], profile: string): void {
  if (profile === '' || !program.toLowerCase().startsWith(`${profile.toLowerCase()}\\`)) return;
  throw new Problem(
    'service-program',
    `The service may not run ${program}: a profile is closed for the accounts of services.`,
    'Install the program for the machine (the .msi), and use that one.',
  );
}
