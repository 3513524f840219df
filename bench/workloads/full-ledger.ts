/**
 * A ledger with millions of calls, asked and swept, in this process: `ledger.ts` starts it with the file and how many
 * calls go into it. Prints how long things took as JSON.
 */
import { statSync } from 'node:fs';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase } from '../../src/database/open.ts';
import { fillOnDisk } from '../../test/usage/ledger/a-full-ledger.ts';
import {
  askForEverything,
  askMeanwhile,
  deleteOldDays,
  monthByDay,
  monthBySession,
  type Watch,
} from '../../test/usage/ledger/use-full-ledger.ts';
import { median } from '../instrument/measuring.ts';

const [path = '', count = ''] = process.argv.slice(2);
const calls = Number(count);

/** How long each took, every time (ms). */
const times = new Map<string, number[]>();
const watch: Watch = async (name, run) => {
  const began = performance.now();
  const value = await run();
  times.set(name, [...(times.get(name) ?? []), performance.now() - began]);
  return value;
};

const database = await openDatabase({ path, log: silentLog });
await watch('filling', () => fillOnDisk(database, { calls, days: 90, until: Date.now() }));
const bytesACall = statSync(path).size / calls;
for (let round = 0; round < 5; round += 1) await watch('sums by day', () => monthByDay(database.query));
await watch('sums by session', () => monthBySession(database.query));
const before = process.memoryUsage.rss();
const others = askMeanwhile(database.query);
await askForEverything(database.query, watch);
const whileAsked = await others();
const swept = await watch('deleting', () => deleteOldDays(database, path));
const grownMb = (process.memoryUsage.rss() - before) / 1e6;
await database.close();

const of = (name: string): number | undefined => median(times.get(name) ?? []);
const questions = [...times].filter(([name]) => !['filling', 'deleting', 'by day'].includes(name));
console.log(
  JSON.stringify({
    calls,
    fillSeconds: (of('filling') ?? 0) / 1000,
    bytesACall,
    byDayMs: of('by day'),
    byHourMs: of('by hour'),
    byModelMs: of('by model'),
    bySessionMs: of('by session'),
    ofSessionMs: of('of one session'),
    newestMs: of('requests, newest'),
    nowhereMs: of('requests, one that is nowhere'),
    slowestMs: Math.max(...questions.flatMap(([, all]) => all)),
    askedP99: whileAsked.p99,
    askedMost: whileAsked.most,
    deleteSeconds: (of('deleting') ?? 0) / 1000,
    deletingP99: swept.waits.p99,
    deletingMost: swept.waits.most,
    lagMs: swept.lagMs,
    walMb: swept.walBytes / 1e6,
    grownMb,
    all: Object.fromEntries(times),
  }),
);
