import { restore } from './problem-fixes.ts';

/** The problems of what is kept of calls; part of the table in `problem-table.ts`. */
export const captureProblems = {
  'capture-unknown': {
    exit: 'unknown',
    title: 'No such call was kept.',
    fix: '`{self} capture list` shows what there is.',
  },
  'capture-key-missing': {
    exit: 'settings',
    title: 'A capture cannot be opened: its key is not in the vault.',
    fix: restore,
  },
  'capture-damaged': {
    exit: 'failed',
    title: 'A capture is not what was written.',
    fix: '`{self} capture list` shows what can still be read.',
  },
  'capture-refused': {
    exit: 'settings',
    title: 'The folder of captures is a link, or no folder.',
    fix: 'Remove it, or put a folder in its place.',
  },
  'capture-binary': {
    exit: 'refused',
    title: 'The {part} is not text: it could do anything to a terminal.',
    fix: 'Send it to a file: add `> FILE`.',
  },
  'capture-coded': {
    exit: 'failed',
    title: 'The {part} cannot be decoded: its content-encoding is {coding}.',
    fix: 'Take it as it travelled: `--raw > FILE`.',
  },
} as const;
