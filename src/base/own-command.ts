import { product } from './product.ts';

/** What is typed to start this program; the binary's name until `main` has found out. */
let typed: string = product.binary;

/** Says it once for the whole process, before anything is told to anybody. */
export function setOwnCommand(words: string): void {
  typed = words;
}

/**
 * A command line of ours that the person in front of it can type as it stands: `./bin/claude-code-proxy auth list`
 * in a checkout. For hints and fixes; answers to clients name the product, since they may be anywhere.
 */
export function ownCommand(words = ''): string {
  return words === '' ? typed : `${typed} ${words}`;
}
