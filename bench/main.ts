/**
 * The benchmark: npm run bench -- [--quick] [--only WORKLOAD] [--rounds N] [--target NAMES] [--binary PATH]
 * [--source] [--json FILE]. It measures and says what it saw; only a run that could not measure ends with an error.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { product } from '../src/base/product.ts';
import { allowedCpus, choosePinning, describeMachine, openFilesLimit } from './machine.ts';
import type { Measurement, Workload } from './workload.ts';
import { CannotMeasure, Processes } from './processes.ts';
import { barTable, bars, judge, table } from './report.ts';
import {
  direct,
  nginx,
  proxy,
  thousand,
  two,
  unrecorded,
  type Instance,
  type Target,
  type World,
} from './targets.ts';
import { startTools, type Tools } from './tools.ts';
import { measureTranslation, translationBars, translationName, translationTable } from './translation.ts';
import { chosenWorkloads, warmUp, workloads } from './workloads.ts';

const usage = `npm run bench -- [options]

  --quick            one shorter round of everything (under two minutes instead of under ten)
  --only WORKLOAD    only these, by name or its beginning; may be repeated
                     ${[...workloads.map(({ name }) => name), translationName].join(', ')}
  --rounds N         rounds of each workload (3); figures are their medians
  --target NAMES     direct, nginx, proxy, unrecorded (the proxy without its ledger), thousand (with a thousand
                     accounts), two (the proxy as two processes); separated by commas
  --source           measure the source instead of the binary that is built for it
  --binary PATH      measure this executable
  --json FILE        write every measurement of every round there`;

interface Options {
  readonly quick: boolean;
  readonly rounds: number;
  readonly only: string[];
  readonly targets: string[] | undefined;
  /** Undefined for the source. */
  readonly binary: string | undefined;
  readonly json: string | undefined;
}

function readOptions(): Options | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    options: {
      quick: flag,
      help: flag,
      only: { type: 'string', multiple: true, default: [] },
      rounds: text,
      target: text,
      binary: text,
      source: flag,
      json: text,
    },
  });
  if (values.help) return undefined;
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new CannotMeasure('--rounds wants a whole number from 1 on.');
  const only = values.only.flatMap((names) => names.split(','));
  const targets = values.target?.split(',');
  const isBuilt = !values.source && !isTranslationAlone(only);
  const binary = isBuilt ? (values.binary ?? builtBinary(targets)) : undefined;
  return { quick: values.quick, rounds, only, targets, binary, json: values.json };
}

/** It is computation alone: no target, no compiler. */
function isTranslationAlone(only: readonly string[]): boolean {
  return only.length > 0 && only.every((name) => translationName.startsWith(name));
}

/** What users run is the binary, so that is measured; built anew, so that it is this source. */
function builtBinary(targets: readonly string[] | undefined): string | undefined {
  if (targets?.some((name) => ['proxy', 'unrecorded', 'thousand', 'two'].includes(name)) === false)
    return undefined;
  const built = Bun.spawnSync([process.execPath, 'scripts/build.ts'], {
    stdout: 'ignore',
    stderr: 'inherit',
  });
  if (built.exitCode !== 0)
    throw new CannotMeasure('The binary could not be built; see above, or use --source.');
  return join('dist', product.binary);
}

/** The targets asked for; the first three when none is named, with a notice for what is not installed. */
function chosenTargets({ targets: wanted, binary }: Options): Target[] {
  const makers: Record<string, () => Target | string> = {
    direct: () => direct,
    nginx,
    proxy: () => proxy(binary),
    unrecorded: () => unrecorded(binary),
    thousand: () => thousand(binary),
    two: () => two(binary),
  };
  const chosen: Target[] = [];
  for (const name of wanted ?? ['direct', 'nginx', 'proxy']) {
    const made = makers[name]?.();
    if (made === undefined)
      throw new CannotMeasure(`There is no target "${name}". There are: ${Object.keys(makers).join(', ')}`);
    if (typeof made !== 'string') chosen.push(made);
    else if (wanted !== undefined) throw new CannotMeasure(made);
    else console.log(`NOTICE   ${made}: measured without it, so without ratios\n`);
  }
  return chosen;
}

function checkMachine(chosen: readonly Workload[]): void {
  if (process.platform !== 'linux')
    throw new CannotMeasure(
      'The benchmark needs Linux: its upstream and load generator use epoll and /proc.',
    );
  const needed = chosen.some(({ name }) => name === 'paced-2000') ? 8192 : 2048;
  if (openFilesLimit() < needed)
    throw new CannotMeasure(
      `A process may open ${openFilesLimit()} files here, ${needed} are needed. ` +
        'Raise the hard limit (ulimit -Hn, /etc/security/limits.conf) or choose workloads with --only.',
    );
}

/** Runs everything, round by round, each target in turn within a round so that drift hits all alike. */
class Run {
  readonly results = new Map<Workload, Map<string, Measurement[]>>();
  readonly #shared = new Map<Target, Instance>();
  readonly #world: World;
  readonly #tools: Tools;
  readonly #options: Options;

  constructor(world: World, tools: Tools, options: Options) {
    this.#world = world;
    this.#tools = tools;
    this.#options = options;
  }

  async measure(workload: Workload, targets: readonly Target[]): Promise<void> {
    if (workload.alone !== undefined) {
      say(workload.name);
      const columns = await workload.alone(this.#world, this.#options.quick);
      this.results.set(workload, new Map([...columns].map(([name, measured]) => [name, [measured]])));
      say('');
      return;
    }
    const byTarget = new Map<string, Measurement[]>(targets.map(({ name }) => [name, []]));
    this.results.set(workload, byTarget);
    const rounds = Math.min(this.#options.rounds, workload.maxRounds ?? this.#options.rounds);
    for (let round = 1; round <= rounds; round++) {
      for (const target of targets) {
        if (workload.withoutDirect === true && target === direct) continue;
        if (workload.ofProxy === true && target.name !== 'proxy') continue;
        say(`${workload.name}  round ${round} of ${rounds}  ${target.name}`);
        const instance = await this.#instance(workload, target);
        const measured = workload.run(this.#tools, instance, this.#options.quick).catch((error: unknown) => {
          if (!(error instanceof CannotMeasure)) throw error;
          const where = `${workload.name} could not be measured, target ${target.name}.`;
          throw new CannotMeasure([where, error.message, instance.lastWords()].join('\n'));
        });
        byTarget.get(target.name)?.push(await measured);
        if (workload.fresh !== false) await instance.stop();
      }
    }
    say('');
  }

  async #instance(workload: Workload, target: Target): Promise<Instance> {
    const running = workload.fresh === false ? this.#shared.get(target) : undefined;
    if (running !== undefined) return running;
    const instance = await target.start(this.#world);
    if (workload.fresh === false) this.#shared.set(target, instance);
    if (workload.fresh !== 'cold' && target !== direct) {
      await warmUp(this.#tools, instance, target.name === 'nginx');
    }
    return instance;
  }
}

/** One line that is written over, on a terminal only. */
function say(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u{1b}[K${text}`);
}

async function main(processes: Processes): Promise<number> {
  const options = readOptions();
  if (options === undefined) {
    console.log(usage);
    return 0;
  }
  const { only, quick } = options;
  const translation = only.length === 0 || only.some((name) => translationName.startsWith(name));
  const measured = translation ? measureTranslation(quick) : [];
  const rest = only.filter((name) => !translationName.startsWith(name));
  if (translation) console.log(`${translationTable(measured)}\n`);
  if (isTranslationAlone(only)) {
    console.log(barTable(translationBars(measured)));
    return 0;
  }
  const chosen = chosenWorkloads(rest);
  checkMachine(chosen);
  const targets = chosenTargets(options);
  const names = targets.map(({ name }) => name);
  const pinning = choosePinning(allowedCpus(), Bun.which('taskset') !== null);
  // This process watches from where it disturbs the target least.
  if (pinning) Bun.spawnSync(['taskset', '-a', '-p', '-c', pinning.load, String(process.pid)]);
  const tools = await startTools(processes, pinning);

  const head = {
    date: new Date().toISOString(),
    machine: describeMachine(),
    cpus: pinning ?? 'not pinned: one cpu, or no taskset',
    targets: Object.fromEntries(targets.map(({ name, description }) => [name, description])),
    rounds: options.rounds,
    quick: options.quick,
  };
  console.log(`${head.date.slice(0, 10)}  ${head.machine}`);
  console.log(
    pinning
      ? `target on cpu ${pinning.target}, upstream on ${pinning.upstream}, load on ${pinning.load}`
      : 'NOTICE   not pinned (one cpu, or no taskset): the programs take time from each other',
  );
  for (const { name, description } of targets) console.log(`${name.padEnd(8)} ${description}`);
  console.log(`medians of ${options.rounds} rounds${options.quick ? ', quick' : ''}\n`);

  const run = new Run(
    { processes, pinning, upstreamPort: tools.upstreamPort, binary: options.binary },
    tools,
    options,
  );
  for (const workload of chosen) {
    await run.measure(workload, targets);
    const columns = workload.alone === undefined ? names : [...(run.results.get(workload)?.keys() ?? [])];
    console.log(`${table(run.results, workload, columns)}\n`);
  }
  const verdicts = [...bars(run.results), ...(translation ? translationBars(measured) : [])];
  if (names.includes('proxy')) console.log(`${barTable(verdicts)}\n`);
  const { invalid, notes } = judge(run.results, names);
  for (const note of notes) console.log(`NOTE     ${note}`);
  for (const reason of invalid) console.log(`INVALID  ${reason}`);
  if (options.json !== undefined) {
    const raw = [...run.results].map(([{ name }, byTarget]) => [name, Object.fromEntries(byTarget)]);
    const all = { ...head, bars: verdicts, invalid, notes, workloads: Object.fromEntries(raw) };
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
