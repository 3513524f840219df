/** What `what-if` can end with. */
export const whatIfProblems = {
  'scenario-unknown': {
    exit: 'usage',
    title: 'There is no scenario of that name here.',
    fix: 'Name a file (.toml, .json); `{self} what-if --help` shows the usual names.',
  },
  'scenario-unreadable': {
    exit: 'failed',
    title: 'The scenario cannot be read.',
    fix: 'Name a file that is there.',
  },
  'scenario-invalid': {
    exit: 'failed',
    title: 'The scenario cannot be played.',
    fix: 'Correct what is listed; docs/what-if.md explains every key.',
  },
  'traffic-missing': {
    exit: 'failed',
    title: 'The ledger of this home has no calls since then.',
    fix: 'Take a longer time (--since 30d), or made-up traffic: leave out --from.',
  },
} as const;
