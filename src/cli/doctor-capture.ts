import type { RemoteProxy } from '../admin/remote.ts';
import { ownCommand } from '../base/own-command.ts';
import { sizeText } from '../base/size-words.ts';
import type { Settings } from '../config/settings.ts';
import { filesIn } from '../usage/capture/folder.ts';
import { captureWords } from './capture-words.ts';
import type { Cli } from './cli.ts';
import type { Found } from './doctor-found.ts';

const name = 'capture';

/** Whether prompts and answers are kept: whoever looks shall know. */
export async function checkCapture(
  { places }: Cli,
  settings: Settings,
  proxy: RemoteProxy | undefined,
): Promise<Found> {
  const files = await filesIn(places.captures);
  const size = sizeText(files.reduce((sum, { bytes }) => sum + bytes, 0));
  const there = files.length === 0 ? 'nothing there yet' : `${size} in ${files.length} files now`;
  const view =
    proxy === undefined
      ? {
          ...settings.capture,
          isOn: settings.capture.enabled,
          folder: places.captures,
          dropped: 0,
          trouble: null,
        }
      : (await proxy.status()).capture;
  const words = captureWords({ since: null, kept: 0, ...view });
  if (words !== undefined) {
    const fix = `Set capture.enabled = false when you are done; \`${ownCommand('capture delete --all')}\` destroys what is there.`;
    return { name, is: 'warn', says: `${words} (${there})`, fix };
  }
  if (files.length === 0) return { name, is: 'ok', says: 'off: no prompt and no answer is kept' };
  return { name, is: 'ok', says: `off; ${size} from before, in ${files.length} files` };
}
