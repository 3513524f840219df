import { describe, expect, it } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { declared } from '../../src/usage/metrics/declared.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { missingIn, namesOf } from '../help/a-query.ts';
import { aSystemPart } from '../help/a-system-part.ts';

const promtool = aSystemPart('promtool', 'prometheus');
const aFolder = temporaryFolders();

const chosen = z.strictObject({ type: z.literal('prometheus'), uid: z.literal('${datasource}') });
const place = z.strictObject({
  h: z.int().positive(),
  w: z.int().positive(),
  x: z.int().min(0),
  y: z.int().min(0),
});
const target = z.object({ refId: z.string().regex(/^[A-Z]$/), datasource: chosen, expr: z.string().min(1) });
const base = { id: z.int().positive(), title: z.string().min(1), gridPos: place };
const rowPanel = z.object({ ...base, type: z.literal('row') });
const graphPanel = z.object({
  ...base,
  type: z.enum(['stat', 'timeseries', 'state-timeline', 'bargauge', 'table', 'heatmap']),
  datasource: chosen,
  fieldConfig: z.object({ defaults: z.object({}), overrides: z.array(z.unknown()) }),
  options: z.object({}),
  targets: z.array(target).min(1),
});
/** What Grafana needs of a dashboard to import it. */
const dashboard = z.object({
  uid: z.string().regex(/^[\w-]{1,40}$/),
  title: z.string().min(1),
  schemaVersion: z.int().min(38),
  time: z.object({ from: z.string(), to: z.string() }),
  templating: z.object({
    list: z.array(
      z.object({ name: z.string(), type: z.string(), query: z.unknown(), datasource: chosen.optional() }),
    ),
  }),
  panels: z.array(z.discriminatedUnion('type', [rowPanel, graphPanel])),
});

const { panels, templating } = dashboard.parse(
  JSON.parse(readFileSync('deploy/grafana/claude-code-proxy.json', 'utf8')),
);
const queries = panels.flatMap((panel) => ('targets' in panel ? panel.targets.map(({ expr }) => expr) : []));

describe('the dashboard', () => {
  it('asks for nothing that is not told', () => {
    expect(queries.length).toBeGreaterThan(40);
    expect(queries.flatMap(missingIn)).toEqual([]);
    const variables = templating.list.map(({ query }) => JSON.stringify(query));
    expect(variables.flatMap((query) => missingIn(query.replaceAll('\\"', '"')))).toEqual([]);
  });

  it('shows nearly all that is told', () => {
    const shown = new Set(queries.flatMap(namesOf));
    const unseen = Object.values(declared)
      .map(({ name }) => name)
      .filter((name) => ![...shown].some((one) => one.startsWith(name)));
    expect(unseen).toEqual([
      'ccproxy_request_bytes',
      'ccproxy_answer_bytes',
      'ccproxy_server_tool_uses',
      'ccproxy_client_calls',
      'ccproxy_account_avoided',
      'ccproxy_account_headroom_remaining',
      'ccproxy_account_window_reset_timestamp_seconds',
      'ccproxy_budget_used_tokens',
      'ccproxy_budget_limit_tokens',
      'ccproxy_budget_reset_timestamp_seconds',
      'ccproxy_ledger_queue_bytes',
      'ccproxy_ledger_lag_seconds',
      'ccproxy_ledger_failing',
      'ccproxy_ledger_written_calls',
      'ccproxy_metrics_overflow',
    ]);
  });

  it('lets its reader choose the Prometheus, and uses no variable it does not have', () => {
    expect(templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource', query: 'prometheus' });
    const known = new Set(['__rate_interval', ...templating.list.map(({ name }) => name)]);
    const used = queries.flatMap((query) => [...query.matchAll(/\$(\w+)/g)].map(([, name = '']) => name));
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });

  it('has panels with ids of their own that stand side by side', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect([title, x, y, taken.has(`${x} ${y}`)]).toEqual([title, x, y, false]);
          taken.add(`${x} ${y}`);
        }
    }
    for (const panel of panels)
      if ('targets' in panel)
        expect(new Set(panel.targets.map(({ refId }) => refId)).size).toBe(panel.targets.length);
  });

  it.if(promtool !== undefined)('asks in queries that Prometheus understands', () => {
    const rules = queries.map((query, at) => {
      const expr = query.replaceAll('$__rate_interval', '5m').replaceAll(/\$(\w+)/g, '.*');
      return `    - record: query:${at}\n      expr: ${JSON.stringify(expr)}\n`;
    });
    const file = join(aFolder(), 'rules.yml');
    writeFileSync(file, `groups:\n- name: dashboard\n  rules:\n${rules.join('')}`);
    const { status, stdout, stderr } = spawnSync(promtool!, ['check', 'rules', file], { encoding: 'utf8' });
    expect(`${stdout}${stderr}`).toContain(`${queries.length} rules found`);
    expect(status).toBe(0);
  });
});
