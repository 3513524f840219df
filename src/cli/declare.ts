import { type Command, InvalidArgumentError, Option } from 'commander';
import { ownCommand } from '../base/own-command.ts';
import type { Action, CommonOptions } from './cli.ts';

/** Runs the action of a command that was recognised. */
export type Run = <Options>(
  command: Command,
  options: Options & CommonOptions,
  action: Action<Options>,
) => Promise<void>;

/** What a command says about itself. */
export interface Declaration {
  /** Name and operands: `remove <name>`. */
  readonly usage: string;
  readonly summary: string;
  /** Sentences below the summary in its help. */
  readonly more?: string;
  /** Lines as a person would type them, without the name of the program, with what they do. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  readonly options?: readonly Option[];
  /** It prints data. */
  readonly json?: boolean;
  /** Runs where no command is named. */
  readonly isDefault?: boolean;
  /** Typed by this program itself, and listed nowhere. */
  readonly isHidden?: boolean;
  /** What follows the first operand belongs to somebody else: `run claude --model haiku`. */
  readonly passesThrough?: boolean;
}

/** Adds commands to `parent`; what they do is loaded when one of them is called, and not before. */
export class Declarer {
  readonly #parent: Command;
  readonly #run: Run;

  constructor(parent: Command, run: Run) {
    this.#parent = parent;
    this.#run = run;
  }

  /** A command that does something. */
  add<Options>(declaration: Declaration, load: () => Promise<Action<Options>>): Command {
    const { isDefault = false, isHidden = false, passesThrough = false } = declaration;
    const command = this.#parent.command(declaration.usage, { isDefault, hidden: isHidden });
    command.passThroughOptions(passesThrough);
    command.summary(declaration.summary);
    command.description(
      declaration.more === undefined ? declaration.summary : `${declaration.summary}\n\n${declaration.more}`,
    );
    for (const option of declaration.options ?? []) command.addOption(option);
    if (declaration.json === true) command.addOption(option('--json', 'print JSON'));
    command.addOption(option('--home <folder>', "folder of the proxy's files").hideHelp());
    command.addOption(option('--config <file>', 'settings file').hideHelp(!isDefault));
    command.addHelpText('after', examplesText(declaration.examples));
    command.action(async () => {
      await this.#run(command, command.opts<Options & CommonOptions>(), await load());
    });
    return command;
  }

  /** Adds commands below one that also does something by itself: `logs level`. */
  under(command: Command): Declarer {
    return new Declarer(command, this.#run);
  }

  /** A command that only has commands: `auth`. */
  group(name: string, summary: string): Declarer {
    const command = this.#parent.command(name).summary(summary).description(summary);
    return new Declarer(command, this.#run);
  }
}

export function option(flags: string, description: string): Option {
  return new Option(flags, description);
}

/** An option that takes a name or an id; an empty one, as of a variable that is not set, would mean everything. */
export function textOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string): string => {
    if (text.trim() !== '') return text;
    throw new InvalidArgumentError('It must not be empty.');
  });
}

/** An option that takes a whole number from `least` to `most`. */
export function numberOption(flags: string, description: string, least: number, most: number): Option {
  return new Option(flags, description).argParser((text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  });
}

/** An option that takes a number above 0. */
export function weightOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string): number => {
    const value = Number(text);
    if (/^\d+(?:\.\d+)?$/.test(text) && value > 0) return value;
    throw new InvalidArgumentError('It must be a number above 0, such as 0.5 or 2.');
  });
}

/** An option that takes names separated by commas, and may be given several times. */
export function listOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string, before: string[] | undefined): string[] => {
    const names = text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    if (names.length === 0)
      throw new InvalidArgumentError('It must be one or more names, separated by commas.');
    return [...(before ?? []), ...names];
  });
}

/** An option that takes `Name: value`, and may be given several times; `none` for no header at all. */
export function headerOption(flags: string, description: string): Option {
  type Headers = Readonly<Record<string, string>>;
  return new Option(flags, description).argParser((text: string, before: unknown): Headers | None => {
    if (text === 'none') return text;
    const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(text) ?? [];
    if (name === undefined || value === undefined)
      throw new InvalidArgumentError('It must be "Name: value", or none.');
    return { ...(typeof before === 'object' ? before : {}), [name]: value };
  });
}

/** What is typed to take a value away. (commander takes null for "nothing was given".) */
export type None = 'none';

/** The same option, which also takes `none`. */
export function orNone(option: Option): Option {
  const parse = option.parseArg;
  return option.argParser((text: string, before: unknown): unknown => {
    if (text === 'none') return text;
    return parse === undefined ? text : parse(text, before);
  });
}

/** The part of a help text that shows how the command is used. */
export function examplesText(examples: Declaration['examples']): string {
  const widest = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, meaning]) => `  ${ownCommand(line.padEnd(widest))}  ${meaning}`);
  return ['', 'Examples:', ...lines].join('\n');
}
