/** @jsxImportSource hono/jsx */
import type { WindowView } from '../../contract-accounts.ts';
import { Bar } from '../parts/bits.tsx';
import { Moment } from '../parts/times.tsx';
import { percent, tightestFirst, windowName, windowTone } from './words.ts';

const mostInRow = 2;

/** What an account has left, by its tightest windows. */
export function Headroom({ windows, now }: { windows: readonly WindowView[]; now: number }) {
  const all = tightestFirst(windows);
  if (all.length === 0)
    return <p class="soft">{windows.length === 0 ? 'No limits seen yet' : 'Nothing used of its limits'}</p>;
  const more = all.length - mostInRow;
  return (
    <ul class="windows">
      {all.slice(0, mostInRow).map((window) => (
        <WindowLine window={window} now={now} />
      ))}
      {more > 0 && <li class="soft tiny">{`and ${more} more`}</li>}
    </ul>
  );
}

/** One window: how much of it is used, when it begins anew, and whether it lasts until then. */
export function WindowLine({ window, now }: { window: WindowView; now: number }) {
  const { used } = window;
  const share = used ?? 0;
  const name = windowName(window);
  return (
    <li class="window">
      <span class="window-name" title={name}>
        {name}
      </span>
      <Bar share={share} tone={windowTone(window)} label={`${name}: ${percent(share)} used`} />
      <span class="window-share">{percent(share)}</span>
      <span class="window-forecast">
        <Forecast window={window} now={now} />
      </span>
    </li>
  );
}

function Forecast({ window, now }: { window: WindowView; now: number }) {
  const { kind, forecast, runsOutAt, resetsAt } = window;
  if (runsOutAt !== null)
    return (
      <strong class="warn-text">
        runs out <Moment at={runsOutAt} as="clock" now={now} />
      </strong>
    );
  if (resetsAt === null) return <>{forecast === 'lasts' ? 'lasts' : ''}</>;
  return (
    <>
      {kind === 'bucket' ? 'full' : 'resets'} <Moment at={resetsAt} as="in" now={now} />
    </>
  );
}
