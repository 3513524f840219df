import { describe, expect, test } from 'bun:test';
import { examinationOf, oneAtATime } from '../../src/admin/examination.ts';

describe('an examination', () => {
  test('tells the probes of the proxy in the words of doctor', () => {
    const time = '2026-11-26T10:00:00.000Z';
    const checks = {
      'accounts:ready': [{ componentType: 'component', status: 'pass', time }],
      'database:answers': [{ componentType: 'datastore', status: 'fail', time, output: 'It is gone.' }],
    } as const;
    expect(examinationOf({ status: 'fail', checks })).toEqual({
      ok: false,
      checks: [
        { name: 'accounts:ready', is: 'ok', says: 'well' },
        { name: 'database:answers', is: 'fail', says: 'It is gone.' },
      ],
    });
    expect(examinationOf({ status: 'pass' })).toEqual({ ok: true, checks: [] });
  });

  test('is made once for all who ask while it runs, and again afterwards', async () => {
    let count = 0;
    const waiting: (() => void)[] = [];
    const examine = oneAtATime(async () => {
      count += 1;
      await new Promise<void>((resolve) => waiting.push(resolve));
      return { ok: true, checks: [] };
    });
    const both = [examine(), examine()];
    waiting.splice(0).forEach((go) => {
      go();
    });
    await Promise.all(both);
    expect(count).toBe(1);
    const third = examine();
    waiting.splice(0).forEach((go) => {
      go();
    });
    await third;
    expect(count).toBe(2);
  });
});
