/**
 * The benchmark: npm run bench -- --help says how. It measures and says what it saw; only a run that could not
 * measure, or must not be believed, ends with an error.
 */
import { writeFileSync } from 'node:fs';
import {
  allowedCpus,
  choosePinning,
  describeMachine,
  openFilesLimit,
  type Pinning,
} from './instrument/machine.ts';
import { CannotMeasure, enoughFiles, Processes } from './instrument/processes.ts';
import { startTools, type Tools } from './instrument/tools.ts';
import { readOptions, usage, type Options } from './options.ts';
import { barTable } from './report/bar.ts';
import { firstBars } from './report/bars.ts';
import { goals } from './report/goals.ts';
import { judge } from './report/judge.ts';
import { table } from './report/table.ts';
import { waitBars } from './report/waits.ts';
import { Run, say } from './run.ts';
import { chosenTargets } from './targets/all.ts';
import type { Target } from './targets/target.ts';
import { chosenWorkloads } from './workloads/all.ts';
import { measureTranslation, translationBars, translationTable } from './workloads/translation.ts';
import type { Workload } from './workloads/workload.ts';

function checkMachine(chosen: readonly Workload[]): void {
  if (process.platform !== 'linux')
    throw new CannotMeasure(
      'The benchmark needs Linux: its upstream and load generator use epoll and /proc.',
    );
  const needed = Math.max(2048, ...chosen.map(({ openFiles = 0 }) => openFiles));
  const allowed = Math.min(openFilesLimit(), enoughFiles);
  if (allowed < needed)
    throw new CannotMeasure(
      `A process may open ${allowed} files here, ${needed} are needed. ` +
        'Raise the hard limit (ulimit -Hn, /etc/security/limits.conf) or choose workloads with --only.',
    );
}

/** Workloads that can be measured here; says which cannot. */
function possible(chosen: readonly Workload[], { tls }: Tools, isAsked: boolean): Workload[] {
  return chosen.filter(({ name, upstream, missing }) => {
    const lacks =
      upstream === 'tls' && tls === undefined
        ? 'The upstream has no TLS here (apt-get install -y libssl-dev openssl)'
        : missing?.();
    if (lacks === undefined) return true;
    if (isAsked) throw new CannotMeasure(lacks);
    notice(`${lacks}: measured without ${name}`);
    return false;
  });
}

function notice(text: string): void {
  console.log(`NOTICE   ${text}`);
}

function headOf(options: Options, pinning: Pinning | undefined, targets: readonly Target[]) {
  return {
    date: new Date().toISOString(),
    machine: describeMachine(),
    cpus: pinning ?? 'not pinned: one cpu, or no taskset',
    openFiles: Math.min(openFilesLimit(), enoughFiles),
    targets: Object.fromEntries(targets.map(({ name, description }) => [name, description])),
    rounds: options.rounds,
    quick: options.quick,
  };
}

function printHead(head: ReturnType<typeof headOf>, pinning: Pinning | undefined): void {
  console.log(`${head.date.slice(0, 10)}  ${head.machine}`);
  console.log(
    pinning
      ? `target on cpu ${pinning.target}, upstream on ${pinning.upstream}, load on ${pinning.load}`
      : 'NOTICE   not pinned (one cpu, or no taskset): the programs take time from each other',
  );
  for (const [name, description] of Object.entries(head.targets))
    console.log(`${name.padEnd(8)} ${description}`);
  console.log(`medians of ${head.rounds} rounds${head.quick ? ', quick' : ''}\n`);
}

async function main(processes: Processes): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    console.log(usage);
    return 0;
  }
  const { quick, translation, wanted } = options;
  const translated = translation === 'no' ? [] : measureTranslation(quick);
  const translatedBars = translation === 'no' ? [] : translationBars(translated);
  if (translation !== 'no') console.log(`${translationTable(translated)}\n`);
  if (translation === 'alone') {
    console.log(barTable('Bars', translatedBars));
    return 0;
  }
  const asked = chosenWorkloads(wanted);
  checkMachine(asked);
  const targets = chosenTargets(options.targets, options.binary, (text) =>
    notice(`${text}: measured without it, so without what is compared with it`),
  );
  const pinning = choosePinning(allowedCpus(), Bun.which('taskset') !== null);
  // This process watches from where it disturbs the target least.
  if (pinning) Bun.spawnSync(['taskset', '-a', '-p', '-c', pinning.load, String(process.pid)]);
  const tools = await startTools(processes, pinning);
  const chosen = possible(asked, tools, wanted.only.length > 0);

  const head = headOf(options, pinning, targets);
  printHead(head, pinning);
  const names = targets.map(({ name }) => name);
  const world = { processes, pinning, upstream: tools.upstream, binary: options.binary };
  const run = new Run(world, tools, options);
  for (const workload of chosen) {
    await run.measure(workload, targets);
    const columns = 'alone' in workload ? [...(run.results.get(workload)?.keys() ?? [])] : names;
    console.log(`${table(run.results, workload, columns)}\n`);
  }

  const bars = [...firstBars(run.results), ...translatedBars];
  const waits = waitBars(run.results);
  const peers = targets.filter(({ isPeer }) => isPeer === true).map(({ name }) => name);
  const aims = goals(run.results, { peers, hasFreeCpu: pinning?.hasFreeCpu === true });
  if (names.includes('proxy'))
    for (const [heading, held] of [
      ['Bars of the first version', bars],
      ['What people wait for', waits],
      ['Goals', aims],
    ] as const)
      console.log(`${barTable(heading, held)}\n`);
  const { invalid, notes } = judge(run.results, names);
  for (const note of notes) console.log(`NOTE     ${note}`);
  for (const reason of invalid) console.log(`INVALID  ${reason}`);
  if (options.json !== undefined) {
    const raw = [...run.results].map(([{ name }, byTarget]) => [name, Object.fromEntries(byTarget)]);
    const all = {
      ...head,
      bars,
      waits,
      goals: aims,
      translated,
      invalid,
      notes,
      workloads: Object.fromEntries(raw),
    };
    writeFileSync(options.json, `${JSON.stringify(all, undefined, 1)}\n`);
  }
  return invalid.length > 0 ? 1 : 0;
}

const processes = new Processes();
let interrupted: number | undefined;
const interruption = Promise.withResolvers<number>();
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)
  // Not `once`: a terminal and the launcher both send it, and the second would end us in the middle.
  process.on(signal, () => {
    interrupted = code;
    interruption.resolve(code);
  });

try {
  process.exitCode = await Promise.race([main(processes), interruption.promise]);
} catch (error) {
  say('');
  const isPlain = error instanceof CannotMeasure || error instanceof TypeError;
  if (interrupted === undefined) console.error(isPlain ? error.message : error);
  process.exitCode = interrupted ?? 1;
} finally {
  await processes.close();
}
process.exit();
