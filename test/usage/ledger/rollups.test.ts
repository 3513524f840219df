import { describe, expect, test } from 'bun:test';
import { Rollups } from '../../../src/usage/ledger/rollups.ts';
import { aCallRecord, anAttempt } from '../../help/a-call-record.ts';

const { usage } = aCallRecord();

describe('the sums of an hour', () => {
  test('are kept apart by hour, account, client, model and basis of cost', () => {
    const rollups = new Rollups();
    const { startedAt, cost } = aCallRecord();
    for (const over of [
      {},
      { startedAt: startedAt - 3_600_000 },
      { accountId: 'acc_bob' },
      { clientId: 'key_1' },
      { model: 'claude-new' },
      { cost: { ...cost!, basis: 'unknown' as const } },
    ])
      for (let twice = 0; twice < 2; twice += 1) rollups.add(aCallRecord(over));
    expect(rollups.take().map(({ calls }) => calls)).toEqual([2, 2, 2, 2, 2, 2]);
    expect(rollups.take()).toEqual([]);
  });

  test('count how fast tokens came only where they came as a stream', () => {
    const rollups = new Rollups();
    rollups.add(aCallRecord({ firstByteMs: 400, ms: 2_400 }));
    rollups.add(aCallRecord({ firstByteMs: 400, ms: 2_400, isStream: false }));
    expect(rollups.take()).toMatchObject([
      { output_ms_sum: 2_000, timed_output: 345, output: 690, ms_sum: 4_800 },
    ]);
  });

  test('add up what was estimated, moved, left and broken', () => {
    const rollups = new Rollups();
    const move = { fromId: 'a', fromName: 'a', toId: 'b', toName: 'b', reason: '429', microUsd: 2.5 };
    rollups.add(aCallRecord({ move, attempts: [anAttempt(), anAttempt()] }));
    rollups.add(aCallRecord({ move: { ...move, microUsd: undefined } }));
    rollups.add(aCallRecord({ ended: 'cut', usage: { ...usage!, isEstimate: true } }));
    rollups.add(aCallRecord({ ended: 'client-left' }));
    rollups.add(aCallRecord({ ended: 'error', purpose: 'other' }));
    expect(rollups.take()).toMatchObject([
      {
        calls: 5,
        messages: 4,
        errors: 1,
        cut: 1,
        client_left: 1,
        estimates: 1,
        moves: 2,
        move_micro_usd: 2.5,
        attempts: 6,
      },
    ]);
  });

  test('that were made elsewhere can be added', () => {
    const [one, other] = [new Rollups(), new Rollups()];
    one.add(aCallRecord());
    one.add(aCallRecord({ model: 'claude-new' }));
    other.add(aCallRecord({ accountName: 'ann renamed' }));
    one.merge(other.take());
    expect(one.take().map(({ calls, account_name }) => [calls, account_name])).toEqual([
      [2, 'ann renamed'],
      [1, 'ann'],
    ]);
  });
});

describe('names that clients make up', () => {
  test('of models are kept for two hundred a day; what comes beyond has none', () => {
    const rollups = new Rollups();
    for (let number = 0; number < 1_000; number += 1)
      rollups.add(aCallRecord({ model: `made-up-${number}` }));
    rollups.add(aCallRecord({ model: 'made-up-7' }));
    const rows = rollups.take();
    expect(rows.length).toBe(201);
    expect(rows.find(({ model }) => model === '')?.calls).toBe(800);
    expect(rows.find(({ model }) => model === 'made-up-7')?.calls).toBe(2);
  });

  test('fill no memory while nothing can be written, and no call is missing from the sums', () => {
    const rollups = new Rollups();
    for (let number = 0; number < 20_000; number += 1)
      rollups.add(aCallRecord({ clientId: `key_${number}` }));
    expect(rollups.size).toBe(5_001);
    const rows = rollups.take();
    expect(rows.reduce((sum, { calls }) => sum + calls, 0)).toBe(20_000);
    expect(rows.at(-1)).toMatchObject({ client_id: '', account_id: '', calls: 15_000 });
  });
});
