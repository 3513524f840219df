import { Problem } from '../base/problem.ts';
import { ownCommand } from '../base/own-command.ts';
import { printable, sourceText, type Source } from './source.ts';

/** One mistake in the settings. `key`, `wrong` and `right` make a sentence: "server.port" "is 70000" "it must be …". */
export interface Flaw {
  readonly source: Source;
  /** The setting, or the name that is none; undefined where the whole file is meant. */
  readonly key: string | undefined;
  readonly wrong: string;
  readonly right: string;
}

/** Settings that cannot be used, with every mistake that was found. */
export class SettingsProblem extends Problem {
  readonly flaws: readonly Flaw[];

  constructor(flaws: readonly Flaw[]) {
    const count = flaws.length === 1 ? 'a mistake' : `${flaws.length} mistakes`;
    const lines = flaws.map((flaw) => `  ${flawText(flaw)}`);
    const title = [`There ${flaws.length === 1 ? 'is' : 'are'} ${count} in the settings:`, ...lines].join(
      '\n',
    );
    super(
      'config-invalid',
      title,
      `Correct what is listed; \`${ownCommand('config validate')}\` checks again.`,
    );
    this.flaws = flaws;
  }
}

/** `config.toml:3:1: server.port is 70000; it must be a whole number from 0 to 65535`. */
export function flawText({ source, key, wrong, right }: Flaw): string {
  const subject = key === undefined ? wrong : `${printable(key)} ${wrong}`;
  return `${sourceText(source)}: ${subject}; ${right}`;
}

/**
 * A refused value in the words of a sentence: `is 70000`. Text is repeated only where it is short and
 * cannot be a credential pasted into the wrong place: this goes to terminals, logs and issue reports.
 */
export function isValue(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return `is ${value}`;
  if (typeof value === 'string') return isText(value);
  if (Array.isArray(value)) return 'is a list';
  return value instanceof Date ? 'is a date' : 'is a table';
}

function isText(text: string): string {
  if (text === '') return 'is empty';
  return /^[\w .:,/+*-]{1,40}$/.test(text) && !looksSecret(text)
    ? `is "${text}"`
    : 'has a value that is not understood';
}

function looksSecret(text: string): boolean {
  return /^(?:sk|ccp)-/i.test(text) || /[A-Za-z0-9_-]{20}/.test(text);
}
