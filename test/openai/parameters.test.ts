import { describe, expect, it } from 'bun:test';
import { readFileSync } from 'node:fs';
import type { ChatCompletionCreateParamsBase } from 'openai/resources/chat/completions/completions';
import type { ResponseCreateParamsBase } from 'openai/resources/responses/responses';
import {
  chatParameters,
  checkParameters,
  responsesParameters,
  type Parameters,
} from '../../src/openai/parameters.ts';
import { Warnings } from '../../src/openai/warnings.ts';

// A parameter that the official client has and the table has not does not compile.
chatParameters satisfies Record<keyof ChatCompletionCreateParamsBase, unknown>;
responsesParameters satisfies Record<keyof ResponseCreateParamsBase, unknown>;

/** The members of an interface of the official client, as its declarations spell them. */
function membersOf(file: string, name: string): string[] {
  const text = readFileSync(`node_modules/openai/resources/${file}`, 'utf8').replaceAll(
    /\/\*\*.*?\*\//gs,
    '',
  );
  const body = new RegExp(`export interface ${name} \\{\\n(.*?)\\n\\}\\n`, 's').exec(text)?.[1] ?? '';
  return [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, member = '']) => member);
}

/** The table below a heading of the page: name, fate, note. */
function tableBelow(heading: string): string[][] {
  const page = readFileSync('docs/openai.md', 'utf8');
  const part = page.split(`## \`${heading}\``)[1]?.split('\n## ')[0] ?? '';
  const rows = [...part.matchAll(/^\| `(\w+)` \| (honoured|mapped|ignored|refused) \| (.*) \|$/gm)];
  return rows.map(([, name = '', fate = '', note = '']) => [name, fate, note.trim()]);
}

const endpoints: [string, Parameters, string, string, string[]][] = [
  [
    'POST /v1/chat/completions',
    chatParameters,
    'chat/completions/completions.d.ts',
    'ChatCompletionCreateParamsBase',
    ['thinking'],
  ],
  ['POST /v1/responses', responsesParameters, 'responses/responses.d.ts', 'ResponseCreateParamsBase', []],
];

describe.each(endpoints)('the table of %s', (heading, parameters, file, name, own) => {
  it('has every parameter of the official client, and no other but our own', () => {
    const members = membersOf(file, name);
    expect(members.length).toBeGreaterThan(25);
    expect(Object.keys(parameters).toSorted()).toEqual([...members, ...own].toSorted());
  });

  it('stands in docs/openai.md word for word', () => {
    const rows = Object.entries(parameters).map(([parameter, { fate, note }]) => [parameter, fate, note]);
    expect(tableBelow(heading)).toEqual(rows.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)));
  });
});

describe('checkParameters', () => {
  it('tells of unknown names, but repeats no text of a stranger', () => {
    const warnings = new Warnings();
    const odd = { top_k: 1, 'a\r\nb': 1, __proto__x: 1, ['x'.repeat(100)]: 1, constructor: 1 };
    checkParameters(odd, chatParameters, warnings);
    expect(warnings.line).toBe(
      'top_k: not known here, ignored; __proto__x: not known here, ignored; constructor: not known here, ignored',
    );
  });

  it('the line of warnings stays short', () => {
    const warnings = new Warnings();
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`parameter_${at}`, 1]));
    checkParameters(many, chatParameters, warnings);
    expect(warnings.line).toHaveLength(1000);
  });
});
