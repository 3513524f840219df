import { numberOption, option, type Declarer } from './declare.ts';

/** What was kept of calls: `capture list`, `capture show`, `capture delete`. */
export function declareCapture(root: Declarer): void {
  const capture = root.group(
    'capture',
    'what was kept of prompts and answers, where `capture.enabled` is on',
  );
  capture.add(
    {
      usage: 'list',
      summary: 'the calls that were kept, the newest last',
      options: [
        numberOption('--limit <number>', 'so many, the newest (default: 20)', 1, 1_000),
        option('--day <day>', 'only files of this day (UTC): 2026-11-25'),
        option('--request <id>', 'only calls with this x-request-id'),
      ],
      json: true,
      examples: [
        ['capture list', 'the last twenty'],
        ['capture list --day 2026-11-25 --json', 'those of a day, for a script'],
      ],
    },
    async () => (await import('./capture-list.ts')).captureList,
  );
  capture.add(
    {
      usage: 'show <request-id>',
      summary: 'one call that was kept; with --request or --answer what was said in it',
      more: 'Bodies go to standard output, byte for byte, decoded where they travelled compressed. The newest call has the word where several have one id.',
      options: [
        option('--request', 'the body of the request').conflicts('answer'),
        option('--answer', 'the body of the answer, as far as it got'),
        option('--raw', 'as it travelled, still compressed'),
      ],
      json: true,
      examples: [
        ['capture show req_01…', 'when, who, how much'],
        ['capture show req_01… --request > prompt.json', 'what was asked, for other programs'],
        ['capture show req_01… --answer --raw > answer.bin', 'the bytes that went down'],
      ],
    },
    async () => (await import('./capture-show.ts')).captureShow,
  );
  capture.add(
    {
      usage: 'delete',
      summary: 'destroy what was kept; nobody can bring it back',
      more: 'The keys go first, out of the vault: copies of the files elsewhere are worth nothing afterwards either.',
      options: [
        option('--day <day>', 'what was kept on this day (UTC): 2026-11-25').conflicts('all'),
        option('--all', 'everything'),
        option('--yes', 'do not ask'),
      ],
      json: true,
      examples: [
        ['capture delete --day 2026-11-25', 'one day'],
        ['capture delete --all --yes', 'everything, without a question'],
      ],
    },
    async () => (await import('./capture-delete.ts')).captureDelete,
  );
}
