import { sql } from 'kysely';
import type { Ground } from '../migrate.ts';
import { noteChanges } from './changes.ts';

/** The number of the lock that whoever migrates holds; any number does that no other program takes. */
const lockNumber = 7_325_611_936_548;

/** Postgres while tables are made. They go into the first schema of the user's search path. */
export const postgresGround: Ground = {
  async tables(query) {
    // Tables that an extension brought (PostGIS has one) belong to nobody.
    const { rows } = await sql<{ name: string }>`
      select relname as name from pg_class
      where relnamespace = (select oid from pg_namespace where nspname = current_schema()) and relkind in ('r', 'p')
        and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid
          and deptype = 'e')`.execute(query);
    return rows.map(({ name }) => name);
  },
  async lock(query) {
    await sql`select pg_advisory_xact_lock(${sql.lit(lockNumber)})`.execute(query);
  },
  complete: noteChanges,
  another: 'choose another one in database.url',
};
