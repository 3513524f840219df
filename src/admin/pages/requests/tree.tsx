/** @jsxImportSource hono/jsx */
import { dollars, shortNumber } from '../../../base/amounts.ts';
import type { AgentView, RequestView, SessionView } from '../../contract-usage.ts';
import { agentWords } from '../../request-words.ts';
import { Badge } from '../parts/bits.tsx';
import { LivePart } from '../parts/live-part.tsx';
import { Moment } from '../parts/times.tsx';

interface TreeProps {
  /** Undefined where the call belongs to none, or it was forgotten meanwhile. */
  readonly session: SessionView | undefined;
  readonly call: Pick<RequestView, 'id' | 'agent'>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The agents of a session, each below the one that started it, and which of them this call is of: it may go on. */
export function AgentTree({ session, call, now }: TreeProps) {
  return (
    <LivePart id="agents" topics={['usage']} path={`/requests/${call.id}/agents`}>
      {session !== undefined && <Agents session={session} call={call} now={now} />}
    </LivePart>
  );
}

function Agents({ session: { tree }, call, now }: TreeProps & { readonly session: SessionView }) {
  return (
    <section class="card agents" aria-labelledby="agents-title">
      <header class="card-head">
        <h2 id="agents-title">Agents of its session</h2>
        <span class="soft">
          {`${dollars(tree.usdWithBranches)} in all, begun `}
          <Moment at={tree.firstAt} as="ago" now={now} />
        </span>
      </header>
      <ul class="agent-tree">
        <Agent agent={tree} current={call.agent ?? ''} />
      </ul>
    </section>
  );
}

function Agent({ agent, current }: { agent: AgentView; current: string }) {
  const { calls, errors, input, cacheRead, cacheWrite, output, usd, usdWithBranches, branches } = agent;
  const isCurrent = agent.agent === current;
  return (
    <li aria-current={isCurrent ? 'true' : undefined}>
      <div class="agent">
        <span class="agent-name">
          {agent.agent === '' ? 'main conversation' : agentWords(agent.agent)}
          {isCurrent && <Badge tone="accent">this call</Badge>}
        </span>
        <span class="soft">
          {`${calls} ${calls === 1 ? 'call' : 'calls'}`}
          {errors > 0 && <span class="bad-text">{`, ${errors} failed`}</span>}
        </span>
        <span class="soft">{`${shortNumber(input + cacheRead + cacheWrite)} in, ${shortNumber(output)} out`}</span>
        <span class="agent-models soft">
          {agent.models.map((model) => model.replace(/^claude-/, '')).join(', ')}
        </span>
        <span class="agent-cost">
          {dollars(usd)}
          {branches.length > 0 && <span class="soft">{` · ${dollars(usdWithBranches)} with its own`}</span>}
        </span>
      </div>
      {branches.length > 0 && (
        <ul>
          {branches.map((branch) => (
            <Agent agent={branch} current={current} />
          ))}
        </ul>
      )}
    </li>
  );
}
