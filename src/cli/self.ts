/** The words that start this program again: the binary, or the runtime and the entry file of a checkout. */
export function selfCommand(): string[] {
  return Bun.isStandaloneExecutable ? [process.execPath] : [process.execPath, Bun.main];
}
