import type { Headroom } from '../accounts/headroom/headroom.ts';
import type { Sessions } from '../accounts/sessions.ts';
import type { Settings } from '../config/settings.ts';
import { openPricing } from '../prices/pricing.ts';
import type { Gateway } from '../proxy/gateway.ts';
import type { Budgets } from '../usage/budgets/budgets.ts';
import type { Spend } from '../usage/budgets/spend.ts';
import type { Recorder } from '../usage/call-record.ts';
import type { RecentMoves } from '../usage/recent-moves.ts';
import { Onlookers } from '../proxy/onlookers.ts';
import { openWire, type Wire } from '../wire/open.ts';
import { openBudgets } from './budgets.ts';
import { openCapture, type OpenCapture } from './capture.ts';
import { openGateway } from './gateway.ts';
import type { Parts } from './parts.ts';
import { openPool, type TellingPool } from './pool.ts';
import { openRecording, type Recording } from './recording.ts';
import type { Tokens } from './tokens.ts';

/** What stands between the door and the upstreams. */
export interface Corridor {
  readonly gateway: Gateway;
  readonly tokens: Tokens;
  readonly pool: TellingPool;
  readonly budgets: Budgets;
  readonly headroom: Headroom;
  readonly moves: RecentMoves;
  readonly sessions: Sessions;
  readonly remember: () => Promise<void>;
  readonly spend: Spend;
  readonly recording: Recording;
  readonly capture: OpenCapture;
  readonly wire: Wire;
  readonly onlookers: Onlookers;
}

/** Opens it in order: who is told of calls, what they cost and may cost, who serves them, and the way out. */
export async function openCorridor(
  parts: Parts,
  wireName: Settings['server']['wire'],
  recorders: readonly Recorder[] | undefined,
): Promise<Corridor> {
  const recording = openRecording(parts, recorders);
  const capture = await openCapture(parts);
  const pricing = openPricing(() => parts.live.settings.prices);
  const { budgets, spend } = await openBudgets({ ...parts, pricing });
  const { onStanding } = recording;
  const pooled = await openPool({ ...parts, onStanding, budgets });
  const { pool, headroom, heard } = pooled;
  const wire = await openWire(wireName);
  const { keep } = capture;
  const onlookers = new Onlookers();
  const inside = { recording, keep, pool, headroom, heard, budgets, pricing, wire, onlookers };
  const opened = await openGateway({ ...parts, ...inside });
  return { ...opened, ...pooled, budgets, spend, recording, capture, wire, onlookers };
}
