import type { Clock } from '../base/clock.ts';
import { product } from '../base/product.ts';
import type { HealthCheck, HealthStatus, HealthView } from './contract-health.ts';

/** Looks at one part that calls depend on. */
export interface Probe {
  /** `component:measurement`, as the draft wants it: `accounts:ready`. */
  readonly name: string;
  readonly componentType: HealthCheck['componentType'];
  /** A rejection is a `fail` with the message of the error. */
  check(): Promise<Finding>;
}

export interface Finding {
  readonly status: HealthStatus;
  readonly observedValue?: number;
  readonly observedUnit?: string;
  /** What is wrong and what to do. */
  readonly output?: string;
}

/** A part that has not answered by then counts as failed (ms). */
const probeDeadlineMs = 2_000;

/**
 * The whole of `GET /health` (draft-inadarei-api-health-check-06): the worst of all checks is the status.
 */
export async function healthOf(probes: readonly Probe[], clock: Clock): Promise<HealthView> {
  const time = new Date(clock.now()).toISOString();
  const found = await Promise.all(
    probes.map(async (probe) => [probe, await findingOf(probe, clock)] as const),
  );
  const checks = found.map(([{ name, componentType }, finding]): [string, HealthCheck[]] => [
    name,
    [{ componentType, time, ...finding }],
  ]);
  const status = worst(found.map(([, finding]) => finding.status));
  const outputs = found.flatMap(([, finding]) => finding.output ?? []);
  return {
    status,
    version: product.version,
    serviceId: product.binary,
    description: product.name,
    ...(outputs.length > 0 && { output: outputs.join(' ') }),
    checks: Object.fromEntries(checks),
  };
}

/** A process that answers at all is alive. */
export const alive: HealthView = { status: 'pass', version: product.version };

/** The status alone: what strangers may know. */
export function withoutDetails({ status }: HealthView): HealthView {
  return { status };
}

async function findingOf(probe: Probe, clock: Clock): Promise<Finding> {
  return new Promise((resolve) => {
    const cancel = clock.after(probeDeadlineMs, () => {
      resolve({ status: 'fail', output: `${probe.name} has not answered for two seconds.` });
    });
    probe.check().then(
      (finding) => {
        cancel();
        resolve(finding);
      },
      (error: unknown) => {
        cancel();
        const reason = error instanceof Error ? error.message : String(error);
        resolve({ status: 'fail', output: `${probe.name}: ${reason}` });
      },
    );
  });
}

function worst(statuses: readonly HealthStatus[]): HealthStatus {
  if (statuses.includes('fail')) return 'fail';
  return statuses.includes('warn') ? 'warn' : 'pass';
}
