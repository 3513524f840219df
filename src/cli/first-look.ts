import type { Cli } from './cli.ts';
import { openBrowser } from './open-browser.ts';
import { hasBrowser } from './sign-in-way.ts';

/** Opens the page of a proxy that starts for the first time, where somebody sits in front of a browser. */
export async function showPage({ env, terminal }: Cli, url: string): Promise<void> {
  const isAutomatic = (env['CI'] ?? '') !== '';
  if (isAutomatic || !hasBrowser(env, process.platform)) return;
  if (await openBrowser(url, env))
    terminal.note('Its page was opened in your browser; --no-open leaves that out.');
}
