import { ownCommand } from '../base/own-command.ts';
import { look } from '../update/look.ts';
import { feedOf } from '../update/trust.ts';
import type { Cli } from './cli.ts';
import { ownerHere } from './running-here.ts';
import { plain } from './terminal.ts';
import { currentOf, otherWay, withAsking } from './update-here.ts';
import { settingsOfUpdate } from './update-settings.ts';

/** Lines of release notes that are shown. */
const mostNotes = 40;

/** `update --check`: what the feed offers; changes nothing but what is remembered of it. */
export async function updateCheck(cli: Cli): Promise<number> {
  const { terminal, places } = cli;
  const loaded = await settingsOfUpdate(cli);
  const { version: current, installed } = currentOf(cli);
  const feed = feedOf(loaded.settings.update);
  const owner = await ownerHere(cli);
  const { release, isNewer } = await withAsking(cli, loaded, (asking) =>
    look({ feed, asking, current, memory: places.update, owner }),
  );
  const { version: offered, published, notes } = release;
  const command = otherWay(installed) ?? ownCommand('update');
  if (cli.isJson) {
    terminal.json({ current, offered, newer: isNewer, published, notes, command: isNewer ? command : null });
    return 0;
  }
  if (!isNewer) {
    terminal.print(`${current} is the newest version.`);
    return 0;
  }
  terminal.print(`${terminal.styled('bold', `Version ${offered} is available`)}; this is ${current}.`);
  terminal.print(`To update: ${command}`);
  const lines = notes.trim().split('\n');
  if (notes.trim() !== '') terminal.print();
  for (const line of lines.slice(0, mostNotes)) terminal.print(plainLine(line));
  if (lines.length > mostNotes) terminal.print('…');
  return 0;
}

/** Indents stay; whatever would drive a terminal does not. */
function plainLine(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return indent + plain(line.trim());
}
