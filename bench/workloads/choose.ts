/** What it costs to choose an account: measured by `choosing.ts`, in a process of its own. */
import { join } from 'node:path';
import { z } from 'zod';
import type { Figures, Measurement, Workload } from './workload.ts';

/** The columns of `choose`. */
export const amongOne = '1 account';
export const amongThousand = '1,000 accounts';

const chosenBy = (what: string): string => `new session, ${what}, µs`;

/** What choosing an account costs, without any call: the pool alone, from the source. */
export const choose: Workload = {
  name: 'choose',
  title: 'choosing an account, µs of processor time',
  fresh: false,
  saturates: false,
  rows: [
    { figure: 'balanced', label: chosenBy('balanced'), decimals: 1 },
    { figure: 'round-robin', label: chosenBy('round-robin'), decimals: 1 },
    { figure: 'priority', label: chosenBy('priority'), decimals: 1 },
    { figure: 'soonest-reset', label: chosenBy('soonest-reset'), decimals: 1 },
    { figure: 'least-cost', label: chosenBy('least-cost'), decimals: 1 },
    { figure: 'next', label: 'after another failed, µs', decimals: 1 },
    { figure: 'allowed', label: 'of a key held to three, µs', decimals: 1 },
    { figure: 'pinned', label: 'named, µs', decimals: 1 },
    { figure: 'home', label: 'session at home, µs', decimals: 1 },
    { figure: 'call', label: 'all of a call at home, µs', decimals: 1 },
  ],
  async alone({ processes, pinning }, quick) {
    const program = join(import.meta.dirname, 'choosing.ts');
    const command = [process.execPath, program, ...(quick ? ['--quick'] : [])];
    const said = await processes.run(command, { cpu: pinning?.target });
    const { one, thousand } = choosing.parse(JSON.parse(said));
    const measured = (figures: Figures): Measurement => ({ figures, troubles: [], raw: [] });
    return new Map([
      [amongOne, measured(one)],
      [amongThousand, measured(thousand)],
    ]);
  },
};

const costs = z.record(z.string(), z.number());
/** What `choosing.ts` prints. */
const choosing = z.object({ one: costs, thousand: costs });
