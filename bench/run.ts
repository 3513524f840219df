/** Runs workloads, round by round, each target in turn within a round so that drift hits all alike. */
import { CannotMeasure } from './instrument/processes.ts';
import type { Tools } from './instrument/tools.ts';
import { direct } from './targets/servers.ts';
import type { Instance, Target, World } from './targets/target.ts';
import { warmUp } from './workloads/all.ts';
import type { Measurement, OfTargets, Workload } from './workloads/workload.ts';

interface Extent {
  readonly rounds: number;
  readonly quick: boolean;
}

export class Run {
  readonly results = new Map<Workload, Map<string, Measurement[]>>();
  /** Processes that several workloads use, by target and by what stands around them. */
  readonly #shared = new Map<string, Instance>();
  readonly #world: World;
  readonly #tools: Tools;
  readonly #extent: Extent;

  constructor(world: World, tools: Tools, extent: Extent) {
    this.#world = world;
    this.#tools = tools;
    this.#extent = extent;
  }

  async measure(workload: Workload, targets: readonly Target[]): Promise<void> {
    const { quick } = this.#extent;
    if ('alone' in workload) {
      say(workload.name);
      const columns = await workload.alone(this.#world, quick);
      this.results.set(workload, new Map([...columns].map(([name, measured]) => [name, [measured]])));
      say('');
      return;
    }
    const byTarget = new Map<string, Measurement[]>(targets.map(({ name }) => [name, []]));
    this.results.set(workload, byTarget);
    const rounds = Math.min(this.#extent.rounds, workload.maxRounds ?? this.#extent.rounds);
    for (let round = 1; round <= rounds; round++) {
      for (const target of targets) {
        if (workload.withoutDirect === true && target === direct) continue;
        if (workload.ofProxy === true && target.name !== 'proxy') continue;
        say(`${workload.name}  round ${round} of ${rounds}  ${target.name}`);
        byTarget.get(target.name)?.push(await this.#once(workload, target));
      }
    }
    await this.#endPeers(workload, targets);
    say('');
  }

  async #once(workload: OfTargets, target: Target): Promise<Measurement> {
    const where = `${workload.name} could not be measured, target ${target.name}.`;
    let instance: Instance | undefined;
    try {
      instance = await this.#instance(workload, target);
      return await workload.run(this.#tools, instance, this.#extent.quick);
    } catch (error) {
      if (!(error instanceof CannotMeasure)) throw error;
      const [reason = 'it failed'] = error.message.split('\n');
      await this.#end(this.#key(workload, target), instance);
      // That another program falls over is what was found out about it.
      if (target.isPeer === true) return { figures: {}, troubles: [reason], raw: [] };
      throw new CannotMeasure([where, error.message, instance?.lastWords() ?? ''].join('\n'));
    } finally {
      if (workload.fresh !== false) await instance?.stop();
    }
  }

  async #instance(workload: Workload, target: Target): Promise<Instance> {
    const key = this.#key(workload, target);
    const running = workload.fresh === false ? this.#shared.get(key) : undefined;
    if (running !== undefined) return running;
    const instance = await target.start(this.#around(workload));
    if (workload.fresh === false) this.#shared.set(key, instance);
    if (workload.fresh !== 'cold' && target !== direct)
      await warmUp(this.#tools, instance, target.isCompiled === true);
    return instance;
  }

  #key(workload: Workload, target: Target): string {
    return `${target.name} ${workload.upstream ?? 'plain'}`;
  }

  #around({ upstream, mayFail = false, prepare }: Workload): World {
    const { tls } = this.#tools;
    if (upstream === undefined) return { ...this.#world, mayFail, prepare };
    if (tls === undefined)
      throw new CannotMeasure('The upstream has no TLS here (apt-get install -y libssl-dev openssl).');
    return { ...this.#world, mayFail, prepare, upstream: tls };
  }

  /** A peer gets a process for each workload: some of them carry what one left behind into the next. */
  async #endPeers(workload: Workload, targets: readonly Target[]): Promise<void> {
    for (const target of targets) {
      const key = this.#key(workload, target);
      if (target.isPeer === true) await this.#end(key, this.#shared.get(key));
    }
  }

  async #end(key: string, instance: Instance | undefined): Promise<void> {
    this.#shared.delete(key);
    await instance?.stop();
  }
}

/** One line that is written over, on a terminal only. */
export function say(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u{1b}[K${text}`);
}
