/** @jsxImportSource hono/jsx */
import { shortNumber } from '../../../base/amounts.ts';
import type { AttemptView, RequestView } from '../../contract-usage.ts';
import { isFailed, reasonOf } from '../../request-words.ts';
import { shortTime } from '../parts/amounts.ts';
import type { Tone } from '../parts/bits.tsx';

/** A stretch of time in the life of a call (ms after it began). */
interface Stretch {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly tone: Tone;
  readonly words: string;
  /** What an upstream said of it. */
  readonly evidence?: AttemptView['evidence'];
}

/** What happened when: what was waited for, who was tried, and how the answer came. */
export function Timeline({ call }: { call: RequestView }) {
  const stretches = stretchesOf(call);
  const end = Math.max(call.ms, ...stretches.map(({ to }) => to), 1);
  return (
    <ol class="timeline">
      {stretches.map((stretch) => (
        <Lane stretch={stretch} end={end} />
      ))}
    </ol>
  );
}

function Lane({
  stretch: { name, from, to, tone, words, evidence },
  end,
}: {
  stretch: Stretch;
  end: number;
}) {
  const left = (from / end) * 100;
  // Even what took no time at all is seen.
  const width = Math.max(0.4, ((to - from) / end) * 100);
  return (
    <li class="lane">
      <span class="lane-name">{name}</span>
      <svg class={`lane-bar ${tone}`} aria-hidden="true">
        <rect class="lane-ground" width="100%" height="100%" rx="3" />
        <rect
          class="bar-fill"
          x={`${Math.min(left, 99.6).toFixed(2)}%`}
          width={`${Math.min(width, 100 - Math.min(left, 99.6)).toFixed(2)}%`}
          height="100%"
          rx="3"
        />
      </svg>
      <span class="lane-time">{shortTime(to - from)}</span>
      <span class="lane-words">
        {words}
        {evidence !== undefined && evidence !== null && (
          <>
            {', said by '}
            <code>{`${evidence.header}: ${evidence.value}`}</code>
          </>
        )}
      </span>
    </li>
  );
}

function stretchesOf(call: RequestView): Stretch[] {
  return [...waitOf(call), ...attemptsOf(call), ...answerOf(call)];
}

function waitOf({ waitedMs }: RequestView): Stretch[] {
  if (waitedMs === null) return [];
  return [{ name: 'Waited', from: 0, to: waitedMs, tone: 'calm', words: 'until an account could take it' }];
}

function attemptsOf(call: RequestView): Stretch[] {
  const { attempts, account, firstByteMs, waitedMs, ms } = call;
  if (attempts.length > 0) return attempts.map(attemptStretch);
  if (account === null) return [];
  // It went well at once: of such an attempt nothing more is kept.
  const from = waitedMs ?? 0;
  return [
    { name: account, from, to: firstByteMs ?? ms, tone: 'good', words: 'answered, at the first attempt' },
  ];
}

const learned: Readonly<Record<string, string>> = {
  limited: 'it rests until its limit is over',
  refused: 'its credential was refused',
  struggling: 'others are taken first for a while',
};

function attemptStretch(attempt: AttemptView): Stretch {
  const { account, atMs, ms, lesson, status } = attempt;
  const common = { name: account, from: atMs, to: atMs + ms };
  if (!isFailed(attempt)) return { ...common, tone: 'good', words: `answered ${status ?? ''}`.trim() };
  const words = [reasonOf(attempt), learned[lesson]].filter((part) => part !== undefined).join('; ');
  return { ...common, tone: 'bad', words, evidence: attempt.evidence };
}

function answerOf({ firstByteMs, ms, ended, tokens, outputPerSecond, isStream }: RequestView): Stretch[] {
  if (firstByteMs === null) return [];
  const speed = outputPerSecond === null ? '' : `, ${Math.round(outputPerSecond)} a second`;
  const output = tokens === null ? '' : `${shortNumber(tokens.output)} tokens${speed}`;
  const how = ended === 'cut' ? 'broken off' : ended === 'client-left' ? 'the client left' : '';
  const tone = ended === 'error' || ended === 'cut' ? 'bad' : ended === 'client-left' ? 'calm' : 'accent';
  const words = [output, how].filter((part) => part !== '').join('; ');
  return [{ name: isStream ? 'Stream' : 'Answer', from: firstByteMs, to: ms, tone, words }];
}
