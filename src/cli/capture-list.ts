import type { CapturedBodyView, CapturedView, CaptureListView } from '../admin/contract-capture.ts';
import { sizeText } from '../base/size-words.ts';
import type { Action, Cli } from './cli.ts';
import { dayGiven } from './capture-day.ts';
import { withCaptures } from './reach-capture.ts';
import { plain, type Cell } from './terminal.ts';

interface ListOptions {
  readonly limit?: number;
  readonly day?: string;
  readonly request?: string;
}

/** Why a file, or its end, is not in the list. */
const flawWords: ReadonlyMap<string, string> = new Map([
  ['without-key', 'cannot be opened: its key is not in the vault'],
  ['torn', 'ends within a call: the process was killed, or somebody cut it'],
  ['damaged', 'is not what was written, from some place on'],
]);

/** `capture list`: oldest first, as `requests` has them. */
export const captureList: Action<ListOptions> = async (cli, { limit = 20, day, request }) => {
  const ask = { limit, day: day === undefined ? undefined : dayGiven(day), requestId: request };
  await withCaptures(cli, async ({ captures, isOn }) => {
    const found = await captures.list(ask);
    if (cli.isJson) cli.terminal.json({ isOn, ...found });
    else show(cli, found, isOn);
  });
  return 0;
};

function show({ terminal }: Cli, { calls, flaws }: CaptureListView, isOn: boolean): void {
  if (calls.length > 0)
    terminal.table(
      ['WHEN', 'REQUEST ID', 'STATUS', 'CLIENT', 'ACCOUNT', 'ASKED', 'ANSWERED'],
      calls.map(rowOf),
    );
  else terminal.print('No call was kept.');
  for (const { file, is } of flaws) terminal.note(`${file}.capture ${flawWords.get(is) ?? plain(is)}.`);
  terminal.note(
    isOn
      ? 'Prompts and answers are being kept (capture.enabled).'
      : 'Nothing is being kept (capture.enabled).',
  );
}

function rowOf({ at, requestId, status, ended, client, account, request, answer }: CapturedView): Cell[] {
  return [
    at.replace('T', ' ').slice(0, 19),
    plain(requestId),
    ended === 'complete' || ended === 'error' ? String(status) : `${status} ${ended}`,
    plain(client),
    plain(account ?? '-'),
    { text: bodyCell(request), isNumber: true },
    { text: bodyCell(answer), isNumber: true },
  ];
}

function bodyCell({ bytes, kept }: CapturedBodyView): string {
  return kept < bytes ? `${sizeText(kept)} of ${sizeText(bytes)}` : sizeText(bytes);
}
