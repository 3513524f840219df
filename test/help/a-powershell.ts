import { createRequire } from 'node:module';
import { Language, Parser, type Node } from 'web-tree-sitter';

const { resolve } = createRequire(import.meta.url);
let parser: Parser | undefined;

async function thatOfPowerShell(): Promise<Parser> {
  if (parser !== undefined) return parser;
  await Parser.init();
  const made = new Parser();
  made.setLanguage(await Language.load(resolve('tree-sitter-powershell/tree-sitter-powershell.wasm')));
  parser = made;
  return made;
}

/**
 * What is wrong with the grammar of a script; there is no PowerShell to be had here that could run it. The grammar does
 * not know digits in names of parameters (`-Url64bit`), so they are taken out of those.
 *
 * @returns `LINE:COLUMN what stands there`
 */
export async function powershellFaults(script: string): Promise<string[]> {
  const known = script.replaceAll(/(?<= )-[A-Za-z]+\d\w*/g, (name) => name.replaceAll(/\d/g, 'x'));
  const tree = (await thatOfPowerShell()).parse(known);
  if (tree === null) throw new Error('nothing was parsed');
  const faults: string[] = [];
  const look = (node: Node): void => {
    const { row, column } = node.startPosition;
    const words = node.isMissing ? `${node.type} is missing` : (node.text.split('\n')[0] ?? '');
    if (node.isError || node.isMissing) faults.push(`${row + 1}:${column + 1} ${words.slice(0, 60)}`);
    for (const child of node.children) look(child);
  };
  look(tree.rootNode);
  tree.delete();
  return faults;
}
