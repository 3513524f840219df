import { askYes } from './ask.ts';
import { sizeText } from '../base/size-words.ts';
import { dayGiven } from './capture-day.ts';
import type { Action } from './cli.ts';
import { problem } from './problems.ts';
import { withCaptures } from './reach-capture.ts';

interface DeleteOptions {
  readonly day?: string;
  readonly all?: boolean;
  readonly yes?: boolean;
}

/** `capture delete`: asks unless told not to. */
export const captureDelete: Action<DeleteOptions> = async (cli, { day, all = false, yes = false }) => {
  if (day === undefined && !all) throw problem('value-missing', { what: '--day or --all' });
  const which = day === undefined ? undefined : dayGiven(day);
  const question = `Destroy ${which === undefined ? 'everything that was kept' : `what was kept on ${which}`}?`;
  if (!yes && !(cli.terminal.canAsk && (await askYes(question)))) throw problem('not-confirmed');
  const gone = await withCaptures(cli, ({ captures }) => captures.destroy(which));
  if (cli.isJson) cli.terminal.json({ destroyed: gone });
  else cli.terminal.print(`destroyed ${gone.files} files, ${sizeText(gone.bytes)}`);
  return 0;
};
