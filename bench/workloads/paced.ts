/** Streams that are held at once: delay of an event, events lost, memory. */
import { leftBehind, ms, troublesIn, watched } from '../instrument/measuring.ts';
import { memoryOf } from '../targets/target.ts';
import { busyRow, type Workload } from './workload.ts';

/** `streams` at once, each with an event every `intervalMs`. */
export function paced(
  streams: number,
  intervalMs: number,
  surroundings: Pick<Workload, 'when' | 'upstream'> = {},
): Workload {
  const secured = surroundings.upstream === 'tls';
  return {
    name: `${secured ? 'tls-' : ''}paced-${streams}`,
    title: `${streams} paced streams, ${1000 / intervalMs} events a second each${secured ? ', TLS to the upstream' : ''}`,
    fresh: 'warm',
    saturates: false,
    maxRounds: 2,
    // Each stream holds one on the way in and one on the way out.
    openFiles: 2.4 * streams,
    ...surroundings,
    // The load generator speaks no TLS: nothing can be measured without a proxy there.
    withoutDirect: secured,
    rows: [
      { figure: 'lost', label: 'events lost', decimals: 0, worst: true },
      { figure: 'delayP50', label: 'delay an event p50, ms', decimals: 2 },
      { figure: 'delayP99', label: 'delay an event p99, ms', decimals: 2, ratio: true },
      { figure: 'addedDelayP50', label: 'p50 above direct, ms', decimals: 2 },
      { figure: 'firstByte', label: 'first byte p50, ms', decimals: 2 },
      { figure: 'idleMb', label: 'RSS before, MB', decimals: 0 },
      { figure: 'peakMb', label: 'RSS highest, MB', decimals: 0, ratio: true },
      busyRow,
    ],
    async run(tools, instance, quick) {
      await tools.reset();
      const idleMb = memoryOf(instance);
      // New streams come slowly enough that holding them is what is measured, and all are open at the end.
      const rampMs = streams * (quick ? 1.25 : 2);
      const events = Math.round(Math.max(quick ? 4000 : 6000, rampMs + 2000) / intervalMs);
      const watch = await watched(tools, instance, () =>
        tools.load('paced', instance, {
          connections: streams,
          path: `/v1/messages?answer=paced&events=${events}&interval_us=${intervalMs * 1000}`,
          events,
          'ramp-ms': rampMs,
          seconds: Math.ceil((rampMs + events * intervalMs) / 1000) + 5,
        }),
      );
      const { report, busy, others, peakMb } = watch;
      const { peakStreaming } = await tools.stats();
      const { troubles } = await leftBehind(tools);
      if (peakStreaming < streams)
        troubles.push(`only ${peakStreaming} of ${streams} streams were open at once`);
      return {
        figures: {
          lost: report.eventsDue - report.events,
          delayP50: ms(report.delay?.p50Us),
          delayP99: ms(report.delay?.p99Us),
          firstByte: ms(report.firstByte?.p50Us),
          idleMb,
          peakMb,
          busy,
          others,
        },
        troubles: [...watch.troubles, ...troublesIn(report), ...troubles],
        raw: [report],
      };
    },
  };
}
