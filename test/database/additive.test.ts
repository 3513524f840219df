import { describe, expect, test } from 'bun:test';
import { Kysely } from 'kysely';
import { WorkerDialect } from '../../src/database/dialect.ts';
import { Gate } from '../../src/database/gate.ts';
import { Link } from '../../src/database/link.ts';
import { migrate, worksFor, type Migration, type MigrationTables } from '../../src/database/migrate.ts';
import { migrations } from '../../src/database/migrations/all.ts';
import { sqliteGround } from '../../src/database/sqlite-ground.ts';
import { problemOf } from '../help/a-problem.ts';

// Whoever updates may want to go back, with what was written since: docs/decisions/0421-going-back.md.

const where = { place: '/home/ann/proxy.db', ground: sqliteGround, now: 1_000 };

/** Runs `work` on an empty database in memory, and gives the statements that it led to. */
async function statementsOf(work: (query: Kysely<MigrationTables>) => Promise<unknown>): Promise<string[]> {
  const link = new Link(':memory:');
  const said: string[] = [];
  try {
    await link.send({ is: 'open', path: ':memory:' });
    const dialect = new WorkerDialect(link, new Gate());
    await work(new Kysely<MigrationTables>({ dialect, log: ({ query }) => void said.push(query.sql) }));
    return said;
  } finally {
    await link.close();
  }
}

/** What programs from before it do not notice. */
function onlyAdds(statement: string, madeHere: ReadonlySet<string>): boolean {
  if (statement.startsWith('create table ')) return true;
  const index = /^create (unique )?index .* on "(\w+)"/.exec(statement);
  // Rows that older programs write must not be refused.
  if (index !== null) return index[1] === undefined || madeHere.has(index[2] ?? '');
  const column = /^alter table "\w+" add column (.*)$/.exec(statement)?.[1];
  if (column === undefined) return false;
  return (
    !/ (?:unique|check|references|primary)\b/.test(column) &&
    (!/not null/.test(column) || /default/.test(column))
  );
}

describe('migrations', () => {
  test.each(migrations.map((one) => [one.number, one.name, one] as const))(
    '%d, %s, only adds',
    async (number, _, one) => {
      if (one.breaks === true) return;
      const all = await statementsOf(async (query) => {
        await migrate(query, migrations.slice(0, number - 1), where);
      });
      const more = await statementsOf(async (query) => {
        await migrate(query, migrations.slice(0, number), where);
      });
      const own = more.filter(
        (statement) => /^(?:create|alter|drop|update|delete)\b/.test(statement) && !all.includes(statement),
      );
      const made = new Set(own.flatMap((statement) => /^create table "(\w+)"/.exec(statement)?.[1] ?? []));
      expect(own.filter((statement) => !onlyAdds(statement, made))).toEqual([]);
    },
  );
});

const newest = migrations.length;

/** The migration so many after the newest there is. */
const later = (by: number, breaks = false): Migration => ({
  number: newest + by,
  name: `later-${by}`,
  ...(breaks && { breaks: true }),
  up: async (query) => {
    await query.schema.createTable(`later_${by}`).addColumn('id', 'integer').execute();
  },
});

test('a program works with tables of a newer one that only added to them, and changes nothing', async () => {
  await statementsOf(async (query) => {
    await migrate(query, [...migrations, later(1), later(2)], where);
    expect(await migrate(query, migrations, where)).toEqual({ from: newest, to: newest });
    // The newer one finds them as it left them.
    expect(await migrate(query, [...migrations, later(1), later(2)], where)).toEqual({
      from: newest + 2,
      to: newest + 2,
    });
  });
});

test('it refuses those of one that did more, and so does one from before it', async () => {
  await statementsOf(async (query) => {
    await migrate(query, [...migrations, later(1), later(2, true), later(3)], where);
    expect((await problemOf(migrate(query, migrations, where))).code).toBe('database-newer');
    expect((await problemOf(migrate(query, [...migrations, later(1)], where))).code).toBe('database-newer');
    expect(await migrate(query, [...migrations, later(1), later(2, true)], where)).toEqual({
      from: newest + 2,
      to: newest + 2,
    });
  });
});

test('tables that do not say what they need are for the programs that know them', () => {
  expect(worksFor(11, {})).toBe(false);
  expect(worksFor(11, { needs: null })).toBe(false);
  expect(worksFor(11, { needs: 11 })).toBe(true);
  expect(worksFor(11, { needs: 12 })).toBe(false);
});
