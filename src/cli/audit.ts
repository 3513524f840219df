import { changeWords, detailWords } from '../access/people/change-words.ts';
import type { ChangeView } from '../admin/contract-people.ts';
import type { Action } from './cli.ts';
import { type Column, fittingTable } from './fitting-table.ts';
import { pastMomentOf } from './moments.ts';
import { problem } from './problems.ts';
import { withPeople } from './reach.ts';
import { plain } from './terminal.ts';

interface AuditOptions {
  readonly limit?: number;
  readonly since?: string;
  readonly what?: string;
  readonly who?: string;
}

/** `audit`: newest first. */
export const audit: Action<AuditOptions> = async (cli, { limit = 50, since, what, who }) => {
  const { terminal, clock } = cli;
  if (what !== undefined && !/^[a-z.-]{1,50}$/.test(what))
    throw problem('value-invalid', {
      option: '--what',
      value: what.slice(0, 40),
      expects: 'a word such as account',
    });
  const from = since === undefined ? undefined : Math.floor(pastMomentOf(since, clock.now(), '--since'));
  const changes = await withPeople(cli, (people) => people.changes({ limit, since: from, what, who }));
  if (cli.isJson) terminal.json(changes);
  else if (changes.length === 0) terminal.print('Nothing that fits was changed.');
  else fittingTable(terminal, columns, changes);
  return 0;
};

const columns: readonly Column<ChangeView>[] = [
  { heading: 'WHEN', need: 0, cell: ({ at }) => at.slice(0, 19).replace('T', ' ') },
  { heading: 'WHO', need: 0, cell: ({ who }) => plain(who) },
  { heading: 'BY', need: 2, cell: ({ via }) => plain(via) },
  { heading: 'FROM', need: 1, cell: ({ address }) => (address === '' ? '-' : plain(address)) },
  { heading: 'WHAT', need: 0, cell: ({ what, subject }) => plain(`${changeWords(what)} ${subject}`.trim()) },
  { heading: 'MORE', need: 3, cell: ({ details }) => plain(detailWords(details)) },
];
