/** @jsxImportSource hono/jsx */
import { changeWords, detailWords } from '../../../access/people/change-words.ts';
import type { ChangeView } from '../../contract-people.ts';
import { Empty, Heading } from '../parts/bits.tsx';
import { LivePart } from '../parts/live-part.tsx';
import { Moment } from '../parts/times.tsx';

export const changesAtOnce = 100;

interface View {
  /** Newest first, and one more than is shown where there is one. */
  readonly changes: readonly ChangeView[];
  readonly ask: { readonly before?: string | undefined; readonly what?: string | undefined };
  readonly now: number;
}

const areas = [
  [undefined, 'Everything'],
  ['account', 'Accounts'],
  ['key', 'Keys'],
  ['sign', 'Sign-ins'],
  ['person', 'People'],
  ['settings', 'Settings'],
] as const;

/** Who changed what, when and from where. */
export function ChangesPage({ view }: { view: View }) {
  const { what: chosen } = view.ask;
  return (
    <>
      <Heading title="Changes">
        <div class="filters" role="group" aria-label="Which changes">
          {areas.map(([what, name]) => (
            <a
              href={what === undefined ? '/changes' : `/changes?what=${what}`}
              aria-current={what === chosen ? 'true' : undefined}
            >
              {name}
            </a>
          ))}
        </div>
      </Heading>
      <ChangesContent view={view} />
    </>
  );
}

export function ChangesContent({ view }: { view: View }) {
  const { changes, ask, now } = view;
  const shown = changes.slice(0, changesAtOnce);
  const last = changes.length > changesAtOnce ? shown.at(-1) : undefined;
  return (
    <LivePart id="changes" topics={['changes']} path={pathOf('/changes/content', ask)}>
      {shown.length === 0 ? (
        <Empty title="Nothing was changed yet">
          <p>Whoever changes something here, or by a command, is written down with what they did.</p>
        </Empty>
      ) : (
        <div class="card table-card">
          <table class="changes">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Who</th>
                <th scope="col">What</th>
                <th scope="col">From</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((change) => (
                <Row change={change} now={now} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {last !== undefined && (
        <p class="more">
          <a href={pathOf('/changes', { ...ask, before: last.id })}>Older ones</a>
        </p>
      )}
    </LivePart>
  );
}

function Row({ change, now }: { change: ChangeView; now: number }) {
  const { at, who, via, address, what, subject, details } = change;
  const more = detailWords(details);
  return (
    <tr>
      <td>
        <Moment at={at} as="ago" now={now} />
      </td>
      <td>
        {who} {via !== 'loopback' && via !== 'command' && <span class="soft">{`by ${via}`}</span>}
      </td>
      <td>
        {changeWords(what)} {subject !== '' && <strong>{subject}</strong>}{' '}
        {more !== '' && <span class="soft">{more}</span>}
      </td>
      <td class="soft">{address === '' ? 'this machine' : address}</td>
    </tr>
  );
}

function pathOf(path: string, ask: View['ask']): string {
  const query = new URLSearchParams();
  if (ask.what !== undefined) query.set('what', ask.what);
  if (ask.before !== undefined) query.set('before', ask.before);
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}
