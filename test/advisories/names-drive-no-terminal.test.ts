import { afterEach, describe, expect, it } from 'bun:test';
import { Terminal } from '../../src/cli/terminal.ts';
import { usageCsv } from '../../src/admin/usage-csv.ts';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { anUpstream, message } from '../help/an-upstream.ts';
import { aUsageView } from '../help/a-view.ts';

/*
 * The attack: whoever may call names a model, or an agent, that is an escape sequence: it sets the title of the
 * terminal, types into it, or hides lines when somebody looks at `usage --csv` or `requests --json` later. Or it
 * writes there what was said: the ledger and the log would keep it.
 */

const rooms = new Rooms();
afterEach(() => rooms.close());

const hostile = '\u001B]0;pwned\u0007 \u009B31m red \u202E';
const driving = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

describe('a model that is an escape sequence', () => {
  it('is harmless in a file for a spreadsheet that somebody only looks at', () => {
    const [, row = ''] = usageCsv(aUsageView({ [hostile]: {} })).split('\r\n');
    expect(row).toContain('pwned');
    expect(row).not.toMatch(driving);
  });

  it('is harmless in JSON, and reads back as it was', () => {
    let shown = '';
    const stdout = { write: (text: string) => (shown += text), isTTY: true };
    new Terminal({ env: {}, stdout, stderr: stdout, isInputTTY: true }).json({ model: hostile });
    expect(shown.replaceAll('\n', '')).not.toMatch(driving);
    expect(JSON.parse(shown)).toEqual({ model: hostile });
  });
});

describe('an agent', () => {
  const kept = async (id: string): Promise<string | undefined> => {
    const up = await rooms.add(anUpstream(() => message()));
    const account = { name: 'ann', kind: 'api-key', baseUrl: up.url, secret: 'sk-ant-api03-ann' } as const;
    const proxy = await rooms.add(aProxy({ accounts: [account] }));
    const headers = { 'x-claude-code-agent-id': id, 'x-claude-code-parent-agent-id': id };
    const body = JSON.stringify({ model: 'claude-opus-5-5', max_tokens: 1, messages: [] });
    await (await fetch(`${proxy.url}/v1/messages`, { method: 'POST', headers, body })).text();
    await until(() => proxy.records.length === 1);
    const [record] = proxy.records;
    expect(record?.parentAgent).toBe(record?.agent);
    return record?.agent;
  };

  it('that is a text is kept as its digest alone', async () => {
    expect(await kept('what the prompt \u009B31m says')).toMatch(/^id-[0-9a-f]{32}$/);
    expect(await kept('a'.repeat(101))).toMatch(/^id-[0-9a-f]{32}$/);
  });

  it('keeps an id as clients make them', async () => {
    for (const id of ['a4c8f0e21b', 'researcher@my-team', '0b9c1f6e-1c2d-4e5f-8a9b-0c1d2e3f4a5b'])
      expect(await kept(id)).toBe(id);
  });
});
