import { spawn } from 'node:child_process';
import type { Environment } from '../config/environment.ts';

/**
 * Opens `url` in the browser of this machine; resolves with whether one was started. What it then does is not
 * waited for.
 *
 * @param url of http or https: nothing else is opened
 */
export function openBrowser(url: string, env: Environment, platform = process.platform): Promise<boolean> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return Promise.resolve(false);
  const [program, ...words] = browserCommand(env, platform);
  return new Promise((resolve) => {
    const child = spawn(program, [...words, new URL(url).href], { stdio: 'ignore', detached: true, env });
    child.once('error', () => {
      resolve(false);
    });
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

/** No shell reads the address: it is a word of its own for the program. */
export function browserCommand(env: Environment, platform: NodeJS.Platform): [string, ...string[]] {
  // A program of the person's choice, as editors with a terminal set it; a list with `%s` is left to xdg-open.
  const own = env['BROWSER'] ?? '';
  if (own !== '' && !/[\s:%]/.test(platform === 'win32' ? own.replace(/^[a-z]:/i, '') : own)) return [own];
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return ['xdg-open'];
}
