import { readFile } from 'node:fs/promises';
import { parse, TomlError } from 'smol-toml';
import { messageOf } from '../base/errors.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import { KeyPositions } from '../config/key-positions.ts';
import { scenarioOf, scenarioSchema, type Scenario } from './scenario.ts';
import { shippedScenarios } from './shipped-scenarios.ts';

/**
 * The scenario of that name, or of that file (`.toml`, `.json`).
 *
 * @throws Problem scenario-unknown, scenario-unreadable, scenario-invalid
 */
export async function scenarioFrom(nameOrFile: string): Promise<Scenario> {
  const text = await scenarioText(nameOrFile);
  return readScenario(nameOrFile, text, nameOrFile.endsWith('.json') ? 'json' : 'toml');
}

/** How it is written. @throws Problem scenario-unknown, scenario-unreadable */
export async function scenarioText(nameOrFile: string): Promise<string> {
  const shipped = shippedScenarios.get(nameOrFile);
  if (shipped !== undefined) return shipped;
  if (!/\.(?:toml|json)$/.test(nameOrFile)) {
    const names = [...shippedScenarios.keys()].join(', ');
    const fix = `Name a file (.toml, .json), or one of ${names}.`;
    throw new Problem('scenario-unknown', 'There is no scenario of that name here.', fix);
  }
  return textOf(nameOrFile);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const title = `${path} cannot be read: ${messageOf(cause)}.`;
    throw new Problem('scenario-unreadable', title, 'Name a file that is there.', { cause });
  }
}

/** What `text` says; `path` is for messages. @throws Problem scenario-invalid, with every mistake and where it is */
export function readScenario(path: string, text: string, form: 'toml' | 'json'): Scenario {
  const parsed = form === 'toml' ? parsedToml(path, text) : parsedJson(path, text);
  const read = scenarioSchema.safeParse(parsed);
  if (read.success) return scenarioOf(path, read.data);
  const positions = form === 'toml' ? new KeyPositions(text) : undefined;
  const lines = read.error.issues.map((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    const names = [...issue.path.map(String), ...keys];
    const at = positions?.of(names);
    const where = at === undefined ? path : `${path}:${at.line}:${at.column}`;
    const said = keys.length === 0 ? issue.message.toLowerCase() : 'there is no such key';
    return `${where}: ${names.join('.') || 'the whole file'}: ${said}`;
  });
  throw invalid(lines);
}

function parsedToml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    throw invalid([`${path}:${error.line}:${error.column}: ${reason}`]);
  }
}

function parsedJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid([`${path}: ${messageOf(error)}`]);
  }
}

function invalid(lines: readonly string[]): Problem {
  const title = ['The scenario cannot be played:', ...lines.map((line) => `  ${line}`)].join('\n');
  return new Problem(
    'scenario-invalid',
    title,
    `Correct what is listed; docs/what-if.md explains every key, and \`${ownCommand('what-if --print week-200x4')}\` prints an example.`,
  );
}
