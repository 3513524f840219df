/** What the machine is, and what its processes have used: read from /proc, so that measuring costs nothing. */
import { readFileSync, readdirSync } from 'node:fs';
import { cpus, release, totalmem, type as systemName } from 'node:os';

/** Which cpus run what. Undefined where there is nothing to divide: one cpu, or no `taskset`. */
export interface Pinning {
  readonly target: string;
  readonly upstream: string;
  readonly load: string;
  /** For a target of two processes: a free one beside its own; where there is none, that of the load. */
  readonly two: string;
  /** Whether that second one is nobody else's. */
  readonly hasFreeCpu: boolean;
}

/** The cpus this process may use, from `Cpus_allowed_list` of /proc/self/status ("0-3,6"). */
export function allowedCpus(status = readFileSync('/proc/self/status', 'utf8')): number[] {
  const list = /^Cpus_allowed_list:\s*(.+)$/m.exec(status)?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number);
    return Number.isNaN(first) ? [] : Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/**
 * The measured program has one cpu for itself; upstream and load share another, or have one each where
 * there are three. Hardware threads of the target's own core are left out when enough others remain.
 */
export function choosePinning(allowed: readonly number[], hasTaskset: boolean): Pinning | undefined {
  const target = allowed.at(-1);
  if (target === undefined || allowed.length < 2 || !hasTaskset) return undefined;
  const others = allowed.filter((cpu) => cpu !== target);
  const siblings = siblingsOf(target);
  const apart = others.filter((cpu) => !siblings.includes(cpu));
  const [first, second = first] = apart.length > 0 ? apart : others;
  const free = others.find((cpu) => cpu !== first && cpu !== second) ?? second;
  return {
    target: String(target),
    upstream: String(first),
    load: String(second),
    two: `${free},${target}`,
    hasFreeCpu: free !== first && free !== second,
  };
}

function siblingsOf(cpu: number): number[] {
  try {
    const path = `/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`;
    return allowedCpus(`Cpus_allowed_list: ${readFileSync(path, 'utf8')}`);
  } catch {
    return [];
  }
}

/** `pid` and everything below it. A process that ends meanwhile is left out. */
export function treeOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const id = Number(name);
    const parent = Number.isInteger(id) ? Number(statOf(id)?.[1]) : Number.NaN;
    if (!Number.isNaN(parent)) children.set(parent, [...(children.get(parent) ?? []), id]);
  }
  const tree = [pid];
  for (let at = 0; at < tree.length; at++) tree.push(...(children.get(tree[at] ?? -1) ?? []));
  return tree;
}

/** When a process began, in ticks since boot: with it a number that has been given away again is noticed. */
export function beganAt(pid: number): string | undefined {
  return statOf(pid)?.[19];
}

/** Fields of /proc/PID/stat from the state on: [1] parent, [11] to [14] ticks, [19] begin. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** Resident memory of these processes in MB (10^6 bytes); pages they share count once for each. */
export function residentMb(pids: readonly number[]): number {
  let kib = 0;
  for (const pid of pids) {
    try {
      kib += Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It has just ended, and holds nothing any more.
    }
  }
  return (kib * 1024) / 1e6;
}

const ticksPerSecond = 100;

/** CPU seconds these processes have used so far, with those of their children that have ended. */
export function cpuSeconds(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) for (const spent of statOf(pid)?.slice(11, 15) ?? []) ticks += Number(spent);
  return ticks / ticksPerSecond;
}

/**
 * CPU seconds of everything the machine runs, with those the hypervisor took away. Not from the counters
 * of /proc/stat: they book part of what our loopback traffic costs apart from the process it is for, and
 * kernels differ in which.
 */
export function machineSeconds(): number {
  const everything = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return cpuSeconds(everything) + (countersOf('')[7] ?? 0);
}

/** Seconds `cpu` had nothing to do. */
export function idleSeconds(cpu: string): number {
  const [, , , idle = 0, waiting = 0] = countersOf(cpu);
  return idle + waiting;
}

/** Seconds of one cpu, or of all for '': user, nice, system, idle, waiting, irq, softirq, stolen. */
function countersOf(cpu: string): number[] {
  const lines = readFileSync('/proc/stat', 'utf8').split('\n');
  const line = lines.find((each) => each.startsWith(`cpu${cpu} `)) ?? '';
  return line
    .trim()
    .split(/\s+/)
    .slice(1)
    .map((ticks) => Number(ticks) / ticksPerSecond);
}

/** How many descriptors a child of ours may open at most. */
export function openFilesLimit(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1];
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}

/** The machine in one line, for the head of a report. */
export function describeMachine(): string {
  const all = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  return `${all[0]?.model.trim() ?? 'unknown cpu'}, ${all.length} cpus, ${gib} GiB, ${systemName()} ${release()}`;
}
