import { describe, expect, it } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { missingIn, namesOf } from '../help/a-query.ts';
import { aSystemPart } from '../help/a-system-part.ts';

const promtool = aSystemPart('promtool', 'prometheus');

describe('the alerts', () => {
  it('look at nothing that is not told', () => {
    const rules = readFileSync('deploy/prometheus/rules.yml', 'utf8');
    const queries = [...rules.matchAll(/\n +expr: (?:>-\n)?((?:.|\n)*?)\n +(?:for|labels):/g)].map(
      ([, expr = '']) => expr,
    );
    expect(queries).toHaveLength(rules.match(/- alert:/g)?.length ?? 0);
    expect(queries.flatMap(namesOf).length).toBeGreaterThan(9);
    expect(queries.flatMap(missingIn)).toEqual([]);
  });

  it.if(promtool !== undefined)('come when they should, and not before', () => {
    const tested = spawnSync(promtool!, ['test', 'rules', 'test/deploy/rules.test.yml'], {
      encoding: 'utf8',
    });
    expect(`${tested.stdout}${tested.stderr}`).toContain('SUCCESS');
    expect(tested.status).toBe(0);
  });

  it.if(promtool !== undefined)('and the configuration are such as Prometheus takes', () => {
    const checked = spawnSync(promtool!, ['check', 'config', 'deploy/prometheus/prometheus.yml'], {
      encoding: 'utf8',
    });
    expect(`${checked.stdout}${checked.stderr}`).not.toContain('FAILED');
    expect(checked.status).toBe(0);
  });
});
