/** @jsxImportSource hono/jsx */
import type { RequestView, SessionView } from '../../contract-usage.ts';
import { shortTime } from '../parts/amounts.ts';
import { Badge, Heading } from '../parts/bits.tsx';
import { Icon } from '../parts/icons.tsx';
import { Moment } from '../parts/times.tsx';
import { BodyDigests } from './body-digests.tsx';
import { CallFacts } from './facts.tsx';
import { Timeline } from './timeline.tsx';
import { AgentTree } from './tree.tsx';
import { costOf, endTone, modelWords, shortEnd } from './words.ts';

export interface CallPageProps {
  readonly call: RequestView;
  /** Undefined where it belongs to none. */
  readonly session: SessionView | undefined;
  /** What was said may have been kept. */
  readonly isCaptured: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** One call: what happened when, and all that is kept of it. Never what was said. */
export function CallPage({ call, session, isCaptured, now }: CallPageProps) {
  return (
    <>
      <p class="back">
        <a href="/requests" data-key="b">
          <Icon name="back" />
          Requests
        </a>
      </p>
      <Heading title={modelWords(call)}>
        <Badge tone={endTone({ ended: call.ended, move: null })}>{shortEnd(call)}</Badge>
        {call.move !== null && <Badge tone="warn">moved</Badge>}
        <span class="soft">
          <Moment at={call.at} as="second" now={now} />
          {` · took ${shortTime(call.ms)}`}
          {call.firstByteMs !== null && ` · first byte after ${shortTime(call.firstByteMs)}`}
          {call.usd !== null && ` · ${costOf(call)}`}
        </span>
        {isCaptured && (
          <div class="heading-actions">
            <a class="button" href={`/requests/${call.id}/said`}>
              What was said
            </a>
          </div>
        )}
      </Heading>
      <section class="card timeline-card" aria-labelledby="timeline-title">
        <h2 id="timeline-title">What happened when</h2>
        <Timeline call={call} />
        <BodyDigests call={call} />
      </section>
      <CallFacts call={call} />
      <AgentTree session={session} call={call} now={now} />
    </>
  );
}
