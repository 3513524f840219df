/** What only a page can end with; in the table since whoever reads a log looks codes up there. */
export const pageProblems = {
  'file-needed': { exit: 'usage', title: 'No file was chosen.', fix: 'Choose one.' },
  'passphrase-needed': {
    exit: 'usage',
    title: 'The file is sealed.',
    fix: 'Give the passphrase it was sealed with.',
  },
  'order-fixed-mounted': {
    exit: 'refused',
    title: 'An account that stands in a file would have to make room.',
    fix: 'Change its priority in that file.',
  },
  'undo-too-late': {
    exit: 'refused',
    title: 'It is too late: the account is gone.',
    fix: 'Add it again.',
  },
} as const;
