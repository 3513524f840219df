import { InvalidArgumentError, type Option } from 'commander';
import { roleFrom, roles, type Role } from '../access/people/role.ts';
import { option } from './declare.ts';

/** An option that takes a role. */
export function roleOption(description: string): Option {
  return option('--role <role>', description).argParser((text: string): Role => {
    const role = roleFrom(text);
    if (role !== undefined) return role;
    throw new InvalidArgumentError(`It must be ${roles.join(' or ')}.`);
  });
}
