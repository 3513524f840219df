import type { Command } from 'commander';

/** A word of a command line with what it means. */
export interface Word {
  readonly word: string;
  readonly means: string;
}

/** An option as a shell and a manual page see it. */
export interface OptionEntry {
  /** As it is declared: `-y, --yes`, `--port <number>`. */
  readonly flags: string;
  /** The words that name it: `-y` and `--yes`. */
  readonly words: readonly string[];
  readonly means: string;
  /** It is followed by a value. */
  readonly takesValue: boolean;
  /** The values there are, where they are a fixed few. */
  readonly choices: readonly string[];
  /** Help texts leave it out. */
  readonly isHidden: boolean;
}

/** One command of the command line, or the program itself. */
export interface CommandEntry {
  /** Its words without the program's name: `['auth', 'add']`; empty for the program. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly description: string;
  /** What follows its name: `[name] [options]`. */
  readonly usage: string;
  readonly commands: readonly Word[];
  readonly options: readonly OptionEntry[];
  /** The values of its operand, where they are a fixed few. */
  readonly operands: readonly string[];
}

/** Every command below `program` and the program itself, in order of declaration. */
export function commandTable(program: Command, path: readonly string[] = []): CommandEntry[] {
  const visible = program.createHelp().visibleCommands(program);
  const commands = program.commands.filter((one) => visible.includes(one));
  return [
    {
      path,
      summary: program.summary(),
      description: program.description(),
      usage: program.usage(),
      commands: commands.map((one) => ({ word: one.name(), means: one.summary() })),
      options: optionsOf(program),
      operands: program.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
    },
    ...commands.flatMap((one) => commandTable(one, [...path, one.name()])),
  ];
}

function optionsOf(command: Command): OptionEntry[] {
  const declared = command.options.map((option) => ({
    flags: option.flags,
    words: [option.short, option.long].filter((word) => word !== undefined),
    means: option.description,
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
    isHidden: option.hidden,
  }));
  const help = { takesValue: false, choices: [], isHidden: false, means: 'show how it is used' };
  return [...declared, { flags: '-h, --help', words: ['-h', '--help'], ...help }];
}
