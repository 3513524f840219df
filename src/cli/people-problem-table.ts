/** The problems of who signs in at the page; part of the table in `problem-table.ts`. */
export const peopleProblems = {
  'person-invalid': { exit: 'usage', title: 'That cannot be a name.', fix: 'Choose another name.' },
  'person-taken': {
    exit: 'refused',
    title: 'There is somebody of this name already.',
    fix: 'Choose another name, or give them a new password.',
  },
  'last-admin': {
    exit: 'refused',
    title: 'This is the last admin with a password.',
    fix: 'Make somebody else an admin first, or do it at the machine: `{self} admin --help`.',
  },
  'person-unknown': {
    exit: 'unknown',
    title: 'Nobody of that name has a password here.',
    fix: '`{self} admin list` shows who there is.',
  },
  'person-changed': {
    exit: 'failed',
    title: 'Somebody else has changed that person meanwhile.',
    fix: 'Look at what they may do now, and change it if it is still to be changed.',
  },
  'password-long': {
    exit: 'usage',
    title: 'The password is too long.',
    fix: 'Choose a shorter one.',
  },
  'password-short': {
    exit: 'usage',
    title: 'The password has fewer than {least} characters.',
    fix: 'Choose a longer one: several words are easy to remember.',
  },
  'password-differs': {
    exit: 'refused',
    title: 'The two passwords are not the same; nothing was changed.',
    fix: 'Run the command again.',
  },
} as const;
