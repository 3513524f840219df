import type { Role } from '../access/people/role.ts';
import type { Action } from './cli.ts';
import { openBrowser } from './open-browser.ts';
import { problem } from './problems.ts';
import { withRunning } from './reach.ts';

/** `ui`: the link goes to standard output, alone on its line. */
export const ui: Action<{ role?: Role; open?: boolean }> = async (cli, { role = 'admin', open = true }) => {
  const { terminal, env, isJson } = cli;
  const { url, link } = await withRunning(cli, async (proxy) => {
    if (proxy === undefined) throw problem('proxy-not-running');
    return { url: proxy.running.url, link: await proxy.people.makeLink(role) };
  });
  const here = new URL(link.path, url).href;
  const there = link.publicUrl === null ? undefined : new URL(link.path, link.publicUrl).href;
  if (isJson) {
    terminal.json({ url: here, publicUrl: there ?? null, role: link.role, expiresAt: link.expiresAt });
    return 0;
  }
  terminal.print(here);
  if (there !== undefined) terminal.print(there);
  terminal.note(`It signs in once, within five minutes, as ${role}.`);
  if (open && terminal.isScreen && (await openBrowser(here, env))) terminal.note('A browser was opened.');
  return 0;
};
