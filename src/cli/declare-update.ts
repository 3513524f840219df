import { trialCommand } from '../update/trial-words.ts';
import { option, type Declarer } from './declare.ts';

/** `update`, and what an update has a new program do. */
export function declareUpdate(root: Declarer): void {
  root.add(
    {
      usage: 'update',
      summary: 'replace this program by its newest version',
      more:
        'Loads it, holds it against its signature, tries it on a copy of the database, puts it in place and starts ' +
        'the running proxy anew; where that does not come up, everything is as it was. `update.feed_url` and ' +
        '`update.keys` say where versions come from and whose are believed.',
      options: [
        option('--check', 'only look whether there is a newer version'),
        option('--rollback', 'go back to the version before the last update').conflicts('check'),
        option('--database', 'with --rollback: go back to the database from then, too').conflicts('check'),
      ],
      json: true,
      examples: [
        ['update --check', 'is there anything newer?'],
        ['update', 'take it'],
        ['update --rollback', 'it was better before'],
      ],
    },
    async () => (await import('./update.ts')).update,
  );
  root.add(
    {
      usage: trialCommand,
      isHidden: true,
      summary: 'what an update has a new version do before it is put in place',
      more: 'Starts in a folder of its own, with a copy of the database where an update left one there, and answers.',
      json: true,
      examples: [['self-test', 'see that this program works on this machine']],
    },
    async () => (await import('./self-test.ts')).selfTest,
  );
}
