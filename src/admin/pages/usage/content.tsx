/** @jsxImportSource hono/jsx */
import { dollars, shortNumber } from '../../../base/amounts.ts';
import { dimensions } from '../../../usage/reports/groupings.ts';
import { Empty } from '../parts/bits.tsx';
import { Icon } from '../parts/icons.tsx';
import { LivePart } from '../parts/live-part.tsx';
import { Segments } from '../parts/segments.tsx';
import { MainChart, SmallCharts } from './charts.tsx';
import { addressOf, type Choice, ranges } from './choice.ts';
import { Lines } from './lines.tsx';
import type { UsageViewOfPage } from './view.ts';
import { costWords, dimensionNames, promptOf, rangeNames, valueWords } from './words.ts';

/** Who is later than that says so (ms). */
const lateMs = 1_000;

/** Everything that a choice changes, and every call that is over. */
export function UsageContent({ view, everyMs = 0 }: { view: UsageViewOfPage; everyMs?: number }) {
  const { choice, series } = view;
  return (
    <LivePart id="usage" topics={['usage']} path={addressOf('/usage/content?follow=yes', choice)} isMoving>
      <div class="usage-choice">
        <RangePicker choice={choice} />
        <Chosen view={view} />
        {everyMs > lateMs && (
          <span class="soft usage-pace">
            {`Follows every ${Math.ceil(everyMs / 1_000)} seconds: so much takes a while to add up`}
          </span>
        )}
        <a class="button download" href={addressOf('/usage/csv', choice)} download data-key="c">
          <Icon name="download" />
          CSV
        </a>
      </div>
      {series.total.calls === 0 ? (
        <NothingThen choice={choice} />
      ) : (
        <>
          <Totals view={view} />
          <MainChart view={view} />
          <Lines view={view} />
          <SmallCharts view={view} />
        </>
      )}
    </LivePart>
  );
}

/** While so much is added up that a page would be waited for. Where that fails, it is asked for again. */
export function UsageSoon({ choice }: { choice: Choice }) {
  return (
    <div
      id="usage"
      class="usage-soon"
      hx-get={addressOf('/usage/content', choice)}
      data-live="usage"
      data-moving=""
      hx-trigger="load, live"
      hx-sync="this:drop"
      hx-swap="outerHTML"
      aria-busy="true"
    >
      <div class="usage-choice">
        <RangePicker choice={choice} />
      </div>
      <p class="waiting">
        <span class="pulse" aria-hidden="true" />
        Adding up every call of that time …
      </p>
    </div>
  );
}

function RangePicker({ choice }: { choice: Choice }) {
  const { range } = choice;
  return (
    <div class="range">
      <Segments
        label="Range"
        target="#usage"
        segments={ranges.map((one) => ({
          title: rangeNames[one],
          isChosen: one === range,
          href: addressOf('/usage', { ...choice, range: one }),
          part: addressOf('/usage/content', { ...choice, range: one }),
        }))}
      />
      <button
        type="button"
        class={typeof range === 'object' ? 'chosen' : undefined}
        hx-get={addressOf('/usage/range', choice)}
        hx-target="#dialog"
        hx-swap="innerHTML"
        aria-haspopup="dialog"
      >
        {typeof range === 'object' ? `${range.from} to ${range.to}` : 'Days …'}
      </button>
    </div>
  );
}

/** What the page is narrowed to; pressing it takes that back. */
function Chosen({ view: { choice, names } }: { view: UsageViewOfPage }) {
  const chosen = dimensions.filter((one) => choice.only[one] !== undefined);
  if (chosen.length === 0) return null;
  return (
    <div class="chips">
      {chosen.map((one) => {
        const { [one]: value = '', ...only } = choice.only;
        const without = { ...choice, only };
        return (
          <a
            class="chip"
            href={addressOf('/usage', without)}
            hx-get={addressOf('/usage/content', without)}
            hx-target="#usage"
            hx-swap="outerMorph"
            hx-sync="#usage:replace"
            data-address
            aria-label={`Without ${one} ${names.get(value) ?? value}`}
          >
            <span class="soft">{dimensionNames[one]}</span>
            {one === 'session' ? value.slice(0, 8) : (names.get(value) ?? value)}
            <Icon name="close" />
          </a>
        );
      })}
      <a href={addressOf('/requests', { range: '30d', by: 'account', show: 'cost', only: choice.only })}>
        Their requests
      </a>
    </div>
  );
}

function Totals({ view: { series } }: { view: UsageViewOfPage }) {
  const { total } = series;
  const failed = total.errors + total.cut;
  return (
    <dl class="tiles">
      <Tile name="Cost" value={costWords(total)} note={costNote(total.usdOfUnknown, total.estimates)} />
      <Tile
        name="Tokens"
        value={shortNumber(promptOf(total) + total.output)}
        note={`${shortNumber(promptOf(total))} in, ${shortNumber(total.output)} out`}
      />
      <Tile
        name="Calls"
        value={valueWords(total.calls, 'count')}
        note={failed === 0 ? 'none failed' : `${failed} failed or broke off`}
        isBad={failed > 0}
      />
      <Tile
        name="Saved by the cache"
        value={valueWords(total.usdSavedByCache, 'usd')}
        note="against paying for full input"
      />
    </dl>
  );
}

function costNote(usdOfUnknown: number, estimates: number): string {
  if (usdOfUnknown > 0) return `${dollars(usdOfUnknown)} of it assumed: no price known`;
  if (estimates > 0) return `${estimates} ${estimates === 1 ? 'call is' : 'calls are'} estimated`;
  return 'at list price, or yours';
}

interface TileProps {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly isBad?: boolean;
}

function Tile({ name, value, note, isBad }: TileProps) {
  return (
    <div class="tile card">
      <dt>{name}</dt>
      <dd class="tile-value">{value}</dd>
      <dd class={isBad === true ? 'tile-note bad-text' : 'tile-note'}>{note}</dd>
    </div>
  );
}

function NothingThen({ choice }: { choice: Choice }) {
  const isNarrowed = Object.keys(choice.only).length > 0;
  return (
    <Empty title="Nothing was used then">
      <p>
        {isNarrowed ? 'Take back a part of the choice, or' : 'Send a request through the proxy, or'} choose
        another range.
      </p>
    </Empty>
  );
}
