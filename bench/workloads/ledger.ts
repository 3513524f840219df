/** What a ledger of millions of calls costs who asks it and who deletes from it: measured by `full-ledger.ts`, in a process of its own. */
import { join } from 'node:path';
import { z } from 'zod';
import { watchOthers } from '../instrument/measuring.ts';
import type { Workload } from './workload.ts';

const calls = 5_000_000;
const quickCalls = 500_000;

/** Five million calls of ninety days: every report, and fifteen days that are deleted while calls come in. */
export const ledger: Workload = {
  name: 'ledger',
  title: 'a ledger of millions of calls, ninety days of a team',
  fresh: false,
  when: 'long',
  saturates: false,
  ofProxy: true,
  rows: [
    { figure: 'calls', label: 'calls', decimals: 0 },
    { figure: 'bytesACall', label: 'bytes a call', decimals: 0 },
    { figure: 'byDayMs', label: 'a month by day, ms', decimals: 1 },
    { figure: 'byHourMs', label: 'a month by hour, ms', decimals: 1 },
    { figure: 'byModelMs', label: 'a month by model, ms', decimals: 1 },
    { figure: 'bySessionMs', label: 'a week by session, ms', decimals: 0 },
    { figure: 'ofSessionMs', label: 'one session, ms', decimals: 1 },
    { figure: 'newestMs', label: 'newest requests, ms', decimals: 1 },
    { figure: 'nowhereMs', label: 'a request nowhere, ms', decimals: 0 },
    { figure: 'slowestMs', label: 'slowest of all, ms', decimals: 0 },
    { figure: 'askedP99', label: 'others wait then, p99, ms', decimals: 1 },
    { figure: 'askedMost', label: 'at most, ms', decimals: 1 },
    { figure: 'deleteSeconds', label: 'deleting 15 days, s', decimals: 0 },
    { figure: 'deletingP99', label: 'others wait then, p99, ms', decimals: 1 },
    { figure: 'deletingMost', label: 'at most, ms', decimals: 1 },
    { figure: 'lagMs', label: 'calls written late by, ms', decimals: 0 },
    { figure: 'walMb', label: 'write-ahead log, MB', decimals: 1 },
    { figure: 'grownMb', label: 'RSS grown, MB', decimals: 1 },
  ],
  async alone({ processes, pinning }, quick) {
    const program = join(import.meta.dirname, 'full-ledger.ts');
    const file = join(processes.folder, 'ledger.db');
    const words = [file, String(quick ? quickCalls : calls)];
    const others = watchOthers();
    const said = await processes.run([process.execPath, program, ...words], { cpu: pinning?.target });
    const { all, ...figures } = measured.parse(JSON.parse(said));
    return new Map([['proxy', { figures: { ...figures, others: others() }, troubles: [], raw: [all] }]]);
  },
};

const measured = z.object({ all: z.record(z.string(), z.array(z.number())) }).catchall(z.number());
