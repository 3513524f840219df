/** @jsxImportSource hono/jsx */
import { ownCommand } from '../../../base/own-command.ts';
import { sizeText } from '../../../base/size-words.ts';
import type { CheckView } from '../../contract-health.ts';
import type { LogView, StatusView, VaultView } from '../../contract.ts';
import { Badge, Dot, Heading, type Tone } from '../parts/bits.tsx';
import { LivePart } from '../parts/live-part.tsx';
import { Prose } from '../parts/prose.tsx';
import { Moment } from '../parts/times.tsx';
import type { Facts } from '../sources.ts';
import type { Found } from './paced-checks.ts';
import { keyPlace } from './words.ts';

export interface HealthView {
  readonly status: StatusView;
  readonly facts: Facts;
  readonly now: number;
}

/** How the proxy is: what it knows at once, then what it finds when it looks at everything. */
export function HealthPage({ view }: { view: HealthView }) {
  return (
    <>
      <Heading title="Health">
        <div class="heading-actions">
          <button type="button" hx-get="/doctor/checks" hx-target="#checks" hx-swap="outerHTML" data-key="r">
            Look again
          </button>
        </div>
      </Heading>
      <HealthFacts view={view} />
      <section aria-labelledby="checks-title" class="checks-part">
        <header class="section-head">
          <h2 id="checks-title">Checks</h2>
        </header>
        <Looking />
      </section>
    </>
  );
}

/** While everything is looked at, which takes a second, or ten where a network does not answer. */
function Looking() {
  return (
    <div
      id="checks"
      class="card checks"
      hx-get="/doctor/checks"
      hx-trigger="load"
      hx-target="this"
      hx-swap="outerHTML"
      aria-busy="true"
    >
      <p class="waiting">
        <span class="pulse" aria-hidden="true" />
        Looking at everything, as <code>{ownCommand('doctor')}</code> does …
      </p>
    </div>
  );
}

export function HealthFacts({ view }: { view: HealthView }) {
  const { status, facts, now } = view;
  const { vault, database, log } = facts;
  return (
    <LivePart id="health" topics={['health']} path="/doctor/content" class="fact-cards">
      <FactCard title="Proxy" tone="good" says={status.url}>
        <Fact name="Version">
          {status.version}
          {facts.newer !== null && <Update to={facts.newer} />}
        </Fact>
        <Fact name="Runtime">{facts.runtime}</Fact>
        <Fact name="Started">
          <Moment at={status.startedAt} as="ago" now={now} />
        </Fact>
        <Fact name="Process">{String(status.pid)}</Fact>
      </FactCard>
      <VaultCard vault={vault} />
      <FactCard
        title="Database"
        tone={status.ledger.failingSince === null ? 'good' : 'bad'}
        says={database.bytes === null ? 'on a Postgres server' : sizeText(database.bytes)}
      >
        <Fact name="Place">
          <code>{database.place}</code>
        </Fact>
        <Fact name="Calls written">{status.ledger.written.toLocaleString('en-US')}</Fact>
        {status.ledger.droppedCalls > 0 && (
          <Fact name="Without a row">{status.ledger.droppedCalls.toLocaleString('en-US')}</Fact>
        )}
        {status.ledger.lastError !== null && (
          <Fact name="Last trouble">{status.ledger.lastError.reason}</Fact>
        )}
      </FactCard>
      <LogCard log={log} now={now} />
      {status.capture.isOn && (
        <FactCard title="Capture" tone="warn" says="Prompts and answers are kept">
          <Fact name="Kept so far">{status.capture.kept.toLocaleString('en-US')}</Fact>
          <Fact name="Place">
            <code>{status.capture.folder}</code>
          </Fact>
        </FactCard>
      )}
    </LivePart>
  );
}

/** There is a newer version, and how to get it. */
function Update({ to }: { to: string }) {
  return (
    <>
      {' '}
      <Badge tone="accent">{`${to} is available`}</Badge> <code>{ownCommand('update')}</code>
    </>
  );
}

function VaultCard({ vault }: { vault: VaultView }) {
  const { problem, backend, detail, secrets, keyId, path } = vault;
  return (
    <FactCard
      title="Vault"
      tone={problem === null ? 'good' : 'bad'}
      says={problem === null ? keyPlace(backend) : problem.title}
    >
      {problem !== null && (
        <Fact name="What to do">
          <Prose text={problem.fix} />
        </Fact>
      )}
      <Fact name="Secrets">{secrets === null ? 'not readable' : String(secrets)}</Fact>
      {detail !== '' && <Fact name="Key">{detail}</Fact>}
      {keyId !== null && (
        <Fact name="Key id">
          <code>{keyId}</code>
        </Fact>
      )}
      <Fact name="File">
        <code>{path}</code>
      </Fact>
    </FactCard>
  );
}

function LogCard({ log, now }: { log: LogView; now: number }) {
  const { file, level, until } = log;
  const trouble = file?.trouble ?? null;
  return (
    <FactCard
      title="Log"
      tone={trouble === null ? 'good' : 'warn'}
      says={trouble === null ? `Lines of level ${level} and above` : trouble}
    >
      {until !== null && (
        <Fact name="Held until">
          <Moment at={until} as="clock" now={now} />
        </Fact>
      )}
      <Fact name="File">{file === null ? 'none' : <code>{file.path}</code>}</Fact>
      {file !== null && file.lost > 0 && <Fact name="Lines lost">{String(file.lost)}</Fact>}
    </FactCard>
  );
}

interface CardProps {
  readonly title: string;
  readonly tone: Tone;
  readonly says: string;
  readonly children?: unknown;
}

function FactCard({ title, tone, says, children }: CardProps) {
  return (
    <section class="card fact-card" aria-label={title}>
      <h2>{title}</h2>
      <p class="standing">
        <Dot tone={tone} />
        <span>{says}</span>
      </p>
      <dl class="facts">{children}</dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children?: unknown }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

const tones = { ok: 'good', warn: 'warn', fail: 'bad' } as const;
const states = { ok: 'well', warn: 'look at it', fail: 'fails' } as const;
const order = { fail: 0, warn: 1, ok: 2 } as const;

/** What was found, what needs somebody first; each with what to do. It is looked at again when what it stands on changes. */
export function Checks({ found, at, now }: Found & { readonly now: number }) {
  const { checks } = found;
  const sorted = checks.toSorted((a, b) => order[a.is] - order[b.is]);
  return (
    <LivePart id="checks" topics={['checks']} path="/doctor/checks?follow=yes" class="card checks">
      <p class="checks-summary" role="status">
        {summary(checks)}
        <span class="soft">
          {' · looked '}
          <Moment at={new Date(at).toISOString()} as="ago" now={now} />
        </span>
      </p>
      <ul>
        {sorted.map((check) => (
          <Check check={check} />
        ))}
      </ul>
    </LivePart>
  );
}

function summary(checks: readonly CheckView[]): string {
  const fails = checks.filter(({ is }) => is === 'fail').length;
  const warnings = checks.filter(({ is }) => is === 'warn').length;
  if (fails + warnings === 0) return 'Everything is well.';
  const parts = [
    ...(fails === 0 ? [] : [fails === 1 ? '1 failure' : `${fails} failures`]),
    ...(warnings === 0 ? [] : [warnings === 1 ? '1 warning' : `${warnings} warnings`]),
  ];
  return `${parts.join(', ')}.`;
}

function Check({ check: { name, is, says, fix } }: { check: CheckView }) {
  return (
    <li class="check">
      <Badge tone={tones[is]}>{states[is]}</Badge>
      <div>
        <h3>{name}</h3>
        {says.split('\n').map((line) => (
          <p>{line}</p>
        ))}
        {fix !== undefined && (
          <p class="check-fix">
            <strong>What to do: </strong>
            <Prose text={fix} />
          </p>
        )}
      </div>
    </li>
  );
}

/** The checks did not come to an end. */
export function NoChecks({ message, fix }: { message: string; fix: string }) {
  return (
    <LivePart id="checks" topics={['checks']} path="/doctor/checks?follow=yes" class="card checks">
      <div class="form-problem" role="alert">
        <strong>{message}</strong>
        <p>{fix}</p>
      </div>
    </LivePart>
  );
}
