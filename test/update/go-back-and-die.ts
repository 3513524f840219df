import { wallClock } from '../../src/base/clock.ts';
import { rollBack } from '../../src/update/roll-back.ts';
import { AnInstallation } from '../help/a-release.ts';

// Goes back from 1.1.0 with the database in a folder, and is killed once a step is done: FOLDER STEP.
const [folder = '', last = ''] = process.argv.slice(2);
await rollBack(
  { ...new AnInstallation(folder).here, current: '1.1.0' },
  {
    clock: wallClock,
    withDatabase: true,
    onStep: (step) => {
      if (step === last) process.kill(process.pid, 'SIGKILL');
    },
  },
);
