/** @jsxImportSource hono/jsx */
import { agoWords, dayTime, inTime, lengthWords } from '../../../base/time-words.ts';

/** How a moment is told; `second`: to the second, `length`: how long it has been. `client/times.ts` keeps the words true as time goes by, in the zone of the reader. */
type As = 'ago' | 'in' | 'clock' | 'second' | 'length';

/** A moment in words, with the exact one on hover. `at` is ISO 8601, `now` in milliseconds since the epoch. */
export function Moment({ at, as, now }: { at: string; as: As; now: number }) {
  return (
    <time datetime={at} data-as={as} title={at}>
      {words(at, as, now)}
    </time>
  );
}

function words(at: string, as: As, now: number): string {
  const ms = Date.parse(at);
  switch (as) {
    case 'ago':
      return agoWords(at, now);
    case 'in':
      return inTime(ms - now);
    case 'clock':
      return dayTime(ms, now);
    case 'second':
      return dayTime(ms, now, true);
    case 'length':
      return lengthWords(now - ms);
  }
}
