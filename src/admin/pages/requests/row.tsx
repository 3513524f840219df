/** @jsxImportSource hono/jsx */
import { shortNumber } from '../../../base/amounts.ts';
import type { RequestView, RunningView } from '../../contract-usage.ts';
import { agentWords, promptOf } from '../../request-words.ts';
import { shortTime } from '../parts/amounts.ts';
import { Badge, Dot, Unseen } from '../parts/bits.tsx';
import { markOf } from '../parts/marked.ts';
import { Moment } from '../parts/times.tsx';
import { costOf, endTone, modelWords, shortEnd } from './words.ts';

/** As much of the id of a session as tells it from others. */
const shownOfSession = 8;

/** One call in the list. It never changes: what is over is over. */
export function CallRow({ call, now, isFirst }: { call: RequestView; now: number; isFirst?: boolean }) {
  const { id, tokens, account, move, firstByteMs } = call;
  return (
    <li class="call" id={`call-${id}`} data-row={id} tabindex={isFirst === true ? 0 : -1} data-mark={id}>
      <span class="call-time">
        <a href={`/requests/${id}`} data-row-key="Enter" tabindex={-1}>
          <Moment at={call.at} as="second" now={now} />
        </a>
      </span>
      <Who call={call} />
      <span class="call-model">{modelWords(call)}</span>
      <span class="call-account">
        <Unseen>Account </Unseen>
        {account ?? <span class="soft">nobody</span>}
        {move !== null && (
          <Badge tone="warn" title={`From ${move.from}: ${move.reason}`}>
            moved
          </Badge>
        )}
      </span>
      <End call={call} />
      <Amount name="In" class="call-in" text={tokens === null ? '' : shortNumber(promptOf(tokens))} />
      <Amount name="Out" class="call-out" text={tokens === null ? '' : shortNumber(tokens.output)} />
      <Amount name="Cost" class="call-cost" text={costOf(call)} />
      <Amount
        name="First byte"
        class="call-first"
        text={firstByteMs === null ? '' : shortTime(firstByteMs)}
      />
      <Amount name="Took" class="call-took" text={shortTime(call.ms)} />
    </li>
  );
}

function Who({
  call: { client, session, agent },
}: {
  call: Pick<RequestView, 'client' | 'session' | 'agent'>;
}) {
  return (
    <span class="call-who">
      {client}
      {session !== null && <code title={session}>{session.slice(0, shownOfSession)}</code>}
      {agent !== null && <span class="soft">{agentWords(agent)}</span>}
    </span>
  );
}

function End({ call }: { call: RequestView }) {
  const tone = endTone(call);
  return (
    <span class={`call-end ${tone}`}>
      <Dot tone={tone} />
      <span title={call.errorType ?? undefined}>{shortEnd(call)}</span>
    </span>
  );
}

function Amount({ name, text, ...more }: { name: string; text: string; class: string }) {
  return (
    <span class={`call-amount ${more.class}`}>
      {text !== '' && <Unseen>{`${name} `}</Unseen>}
      {text}
    </span>
  );
}

/** One call that is inside now. */
export function RunningRow({ call, now }: { call: RunningView; now: number }) {
  const { requestId, session, account, client, isStream } = call;
  const content = (
    <>
      <span class="call-who">
        {client}
        {session !== null && <code title={session}>{session.slice(0, shownOfSession)}</code>}
      </span>
      <span class="call-model">{modelWords(call)}</span>
      <span class="call-account">{account ?? <span class="soft">not answered yet</span>}</span>
      <span class="call-end">
        <span class="pulse" aria-hidden="true" />
        {account === null ? 'waiting' : isStream ? 'streaming' : 'answering'}
      </span>
    </>
  );
  return (
    <li class="call" id={`running-${requestId}`} data-mark={markOf(content)}>
      <span class="call-time soft">
        <Unseen>Since </Unseen>
        <Moment at={new Date(now - call.ms).toISOString()} as="length" now={now} />
      </span>
      {content}
    </li>
  );
}
