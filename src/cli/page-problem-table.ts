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
  'setting-fixed': {
    exit: 'refused',
    title: 'Something that goes before the settings file decides this setting.',
    fix: 'Change it there, or take it away there first.',
  },
  'settings-conflict': {
    exit: 'refused',
    title: 'The settings file was changed meanwhile.',
    fix: 'Look at what holds now, and save again if you still want to.',
  },
  'config-edit-failed': {
    exit: 'failed',
    title: 'The settings file could not be changed without touching anything else in it.',
    fix: 'Change it in an editor; the proxy takes it from there.',
  },
  'config-unwritable': {
    exit: 'failed',
    title: 'The settings file could not be written.',
    fix: 'Let the user of the proxy write it and its folder, or change it in an editor.',
  },
  'examination-failed': {
    exit: 'failed',
    title: 'The checks did not come to an end.',
    fix: 'Look in a terminal: `{self} doctor`.',
  },
} as const;
