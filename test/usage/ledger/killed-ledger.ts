import { readLedgerFile } from '../../help/a-ledger-file.ts';
import { startScript } from '../../help/a-process.ts';

export interface Kill {
  readonly integrity: readonly unknown[];
  /** Calls that the ledger had said to be written when the process died, and that are not in it. */
  readonly missing: number;
  /** Whether each process has its calls in the ledger without a gap: the first so many. */
  readonly isWithoutGaps: boolean;
  readonly rowsAgreeWithSums: boolean;
  /** How old the oldest call was that was lost (ms). */
  readonly lostMs: number;
  readonly written: number;
}

/** Lets processes write to the ledger at `path`, each under its own name, and kills all of them after so long. */
export async function killWriters(path: string, names: readonly string[], afterMs: number): Promise<Kill> {
  const writers = names.map((name) => {
    const child = startScript(new URL('record-calls.ts', import.meta.url), [path, name]);
    return { name, child, lines: readLines(child.stdout) };
  });
  await Promise.all(writers.map(({ lines }) => lines.first));
  await Bun.sleep(afterMs);
  const killedAt = Date.now();
  for (const { child } of writers) child.kill('SIGKILL');
  await Promise.all(writers.map(({ child }) => child.exited));
  const { integrity, requestIds, rollups, counted } = readLedgerFile(path);
  const stored = new Set(requestIds);
  const fates = await Promise.all(
    writers.map(async ({ name, lines }) => fateOf(name, await lines.all, stored, killedAt)),
  );
  return {
    integrity,
    missing: fates.reduce((sum, { missing }) => sum + missing, 0),
    isWithoutGaps: fates.every(({ isWithoutGaps }) => isWithoutGaps) && stored.size === requestIds.length,
    rowsAgreeWithSums: JSON.stringify(rollups) === JSON.stringify(counted),
    lostMs: Math.max(0, ...fates.map(({ lostMs }) => lostMs)),
    written: fates.reduce((sum, { written }) => sum + written, 0),
  };
}

/** `lines` say how many calls there were by when, and how many of them were written. */
function fateOf(name: string, lines: readonly string[], stored: ReadonlySet<string>, killedAt: number) {
  const moments = lines.map((line) => line.split(' ').map(Number)).filter((parts) => parts.length === 3);
  let written = 0;
  while (stored.has(`${name}-${written}`)) written += 1;
  const ofThisOne = [...stored].filter((id) => id.startsWith(`${name}-`)).length;
  const lost = moments.filter(([count = 0]) => count > written);
  const [, firstLostAt = killedAt] = lost[0] ?? [];
  const told = moments.at(-1)?.[2] ?? 0;
  return {
    written,
    missing: Math.max(0, told - written),
    isWithoutGaps: ofThisOne === written,
    lostMs: killedAt - firstLostAt,
  };
}

function readLines(stream: ReadableStream<Uint8Array>): { first: Promise<void>; all: Promise<string[]> } {
  const first = Promise.withResolvers<void>();
  const read = async (): Promise<string[]> => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      text += decoder.decode(bytes, { stream: true });
      first.resolve();
    }
    return text.split('\n').slice(0, -1);
  };
  return { first: first.promise, all: read() };
}
