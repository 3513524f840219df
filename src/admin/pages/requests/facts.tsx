/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import { dollars } from '../../../base/amounts.ts';
import { moveWords } from '../../../usage/move-words.ts';
import type { RequestView } from '../../contract-usage.ts';
import { agentWords } from '../../request-words.ts';
import { addressOf } from './filter.ts';
import { costOf, whyWords } from './words.ts';

/** Everything that is kept of a call, in groups. */
export function CallFacts({ call }: { call: RequestView }) {
  return (
    <div class="fact-groups">
      <Group title="Who" facts={whoOf(call)} />
      <Group title="What it used" facts={usedOf(call)} />
      <Group title="The answer" facts={answerOf(call)} />
      <Group title="Ids, and what passed" facts={idsOf(call)} />
    </div>
  );
}

/** A name, and what there is to say; nothing is left out of the page. */
type Fact = readonly [name: string, value: Child];

function Group({ title, facts }: { title: string; facts: readonly Fact[] }) {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== '');
  if (known.length === 0) return null;
  return (
    <section class="card fact-group">
      <h2>{title}</h2>
      <dl class="facts">
        {known.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function whoOf({ account, why, client, session, agent, parentAgent, move }: RequestView): Fact[] {
  return [
    ['Account', account === null ? 'nobody served it' : account],
    ['Why this one', account === null || why === null ? null : whyWords(why)],
    ['Moved', move === null ? null : moved(move)],
    ['Client', client],
    [
      'Session',
      session === null ? null : (
        <a href={addressOf('/requests', { session })}>
          <code>{session}</code>
        </a>
      ),
    ],
    ['Agent', agent === null ? null : agentWords(agent)],
    ['Started by', parentAgent === null ? null : agentWords(parentAgent)],
  ];
}

function moved({ from, reason, usd, tokens }: NonNullable<RequestView['move']>): string {
  return moveWords({ from, reason, usd: usd ?? undefined, tokens: tokens ?? undefined });
}

function usedOf(call: RequestView): Fact[] {
  const { tokens, usd, priceBasis } = call;
  if (tokens === null) return [['Tokens', 'the answer told none']];
  const count = (value: number | null): string | null =>
    value === null || value === 0 ? null : value.toLocaleString('en');
  return [
    ['Input', tokens.input.toLocaleString('en')],
    ['Read from the cache', count(tokens.cacheRead)],
    ['Written to it, 5 min', count(tokens.cacheWrite5m)],
    ['Written to it, 1 h', count(tokens.cacheWrite1h)],
    ['Output', `${tokens.isEstimate ? '~' : ''}${tokens.output.toLocaleString('en')}`],
    ['Of it thinking', count(tokens.thinking)],
    ['Web searches', count(tokens.webSearches)],
    ['Cost', usd === null ? null : `${costOf(call)}${basisWords(priceBasis, usd)}`],
  ];
}

function basisWords(basis: string | null, usd: number): string {
  if (basis === 'unknown') return `: assumed, nobody knows the price (${dollars(usd)})`;
  return basis === 'set' ? ', at a price of yours' : ', at list price';
}

function answerOf(call: RequestView): Fact[] {
  const { status, errorType, stopReason, model, answeredModel, serviceTier, speed, inferenceGeo } = call;
  return [
    ['Status', String(status)],
    ['Error', errorType],
    ['Stopped by', stopReason],
    ['Model', model],
    ['Answered by', answeredModel],
    ['Service tier', serviceTier],
    ['Speed', speed],
    ['Where', inferenceGeo],
  ];
}

function idsOf(call: RequestView): Fact[] {
  const { requestId, upstreamRequestId, messageId, method, path, bytesIn, bytesOut } = call;
  const code = (text: string | null): Child => (text === null ? null : <code>{text}</code>);
  return [
    ['Request', code(`${method} ${path}`)],
    ['x-request-id', code(requestId)],
    ['request-id', code(upstreamRequestId)],
    ['Message', code(messageId)],
    ['Body of the request', `${bytesIn.toLocaleString('en')} bytes`],
    ['Body of the answer', `${bytesOut.toLocaleString('en')} bytes, as they came`],
  ];
}
