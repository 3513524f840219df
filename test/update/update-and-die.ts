import { readPublicKeys } from '../../src/update/minisign.ts';
import { AnInstallation } from '../help/a-release.ts';

// Updates what is installed in a folder, and is killed once a step is done: FOLDER URL KEY STEP.
const [folder = '', url = '', key = '', last = ''] = process.argv.slice(2);
await new AnInstallation(folder).update({ url: new URL(url), keys: readPublicKeys(key) }, (step) => {
  if (step === last) process.kill(process.pid, 'SIGKILL');
});
