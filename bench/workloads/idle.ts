/** What a target holds while nobody asks anything of it. */
import { memoryOf } from '../targets/target.ts';
import type { Workload } from './workload.ts';

/** Started, three seconds of nothing. */
export const idle: Workload = {
  name: 'idle',
  title: 'idle',
  fresh: 'cold',
  saturates: false,
  withoutDirect: true,
  rows: [{ figure: 'idleMb', label: 'RSS, MB', decimals: 1 }],
  async run(_tools, instance) {
    await Bun.sleep(3000);
    return { figures: { idleMb: memoryOf(instance) }, troubles: [], raw: [] };
  },
};
