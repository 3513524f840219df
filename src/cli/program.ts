import { Command, CommanderError } from 'commander';
import { ownCommand } from '../base/own-command.ts';
import { product } from '../base/product.ts';
import { closest } from '../config/closest.ts';
import { homeVariable, type Environment } from '../config/environment.ts';
import { declareAdmin } from './declare-admin.ts';
import { declareAuth } from './declare-auth.ts';
import { declareCapture } from './declare-capture.ts';
import { declareCompletion } from './declare-completion.ts';
import { declareConfig } from './declare-config.ts';
import { declareKeys } from './declare-keys.ts';
import { declareLogs } from './declare-logs.ts';
import { declareReports } from './declare-reports.ts';
import { declareService } from './declare-service.ts';
import { declareServing } from './declare-serving.ts';
import { declareUpdate } from './declare-update.ts';
import { declareUsing } from './declare-using.ts';
import { declareWhatIf } from './declare-what-if.ts';
import { Declarer, examplesText, type Run } from './declare.ts';
import { exitCodes } from './exit-codes.ts';
import { openCli } from './open-cli.ts';
import { watched } from './outputs.ts';
import { problem } from './problems.ts';
import { refuseSecretsIn } from './secret-arguments.ts';
import { startIsOver } from './start-over.ts';
import { Terminal } from './terminal.ts';
import { told } from './told.ts';

/** Runs one command line; resolves with the exit code. Never rejects. */
export async function main(typed: readonly string[], env: Environment): Promise<number> {
  // commander's own `help` knows one level only, and answers a misspelt command with the list of all.
  const words = typed[0] === 'help' ? [...typed.slice(1), '--help'] : typed;
  const terminal = new Terminal({
    env,
    stdout: watched(process.stdout),
    stderr: process.stderr,
    // Asked when it matters: standard input costs memory from the moment it is touched.
    get isInputTTY() {
      return process.stdin.isTTY;
    },
  });
  const end = words.indexOf('--');
  const ours = end === -1 ? words : words.slice(0, end);
  const act = (): Promise<number> => parse(words, ours, env, terminal);
  return told(act, terminal, { words: typed, env, isJson: ours.includes('--json') });
}

async function parse(
  words: readonly string[],
  ours: readonly string[],
  env: Environment,
  terminal: Terminal,
): Promise<number> {
  let exit = 0;
  const run: Run = async (command, options, action) => {
    // `serve` says it once it listens: most of the time it has nothing to do.
    if (command.name() !== 'serve') startIsOver();
    exit = (await action(openCli(options, env, terminal), options, command.args)) ?? 0;
  };
  const program = declare(run, terminal);
  refuseSecretsIn(ours);
  refuseUnknownCommand(program, ours);
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (error.code === 'commander.help') return exitCodes.usage[0];
    throw usageProblem(error, program, ours);
  }
  return exit;
}

/** The whole command line, declared. */
export function declare(run: Run, terminal: Pick<Terminal, 'write'>): Command {
  const program = new Command(ownCommand());
  program
    .description(`${product.name}: one local endpoint in front of the Claude API.`)
    .usage('[command] [options]')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        terminal.write(text);
      },
      // A bare group prints its help here; errors are told by `problems.ts`.
      writeErr: (text) => {
        process.stderr.write(text);
      },
      outputError: () => {},
    })
    .option('-V, --version', 'print the version')
    .addHelpText('after', rootHelp());
  const root = new Declarer(program, run);
  declareServing(root);
  declareUsing(root);
  declareService(root);
  declareLogs(root);
  declareReports(root);
  declareCapture(root);
  declareWhatIf(root);
  declareAuth(root);
  declareKeys(root);
  declareAdmin(root);
  declareConfig(root);
  declareUpdate(root);
  declareCompletion(root, program);
  return program;
}

/** Without this, a misspelt command would be taken for an operand of `serve`, the default. */
function refuseUnknownCommand(program: Command, words: readonly string[]): void {
  const [first] = words;
  if (first === undefined || first.startsWith('-') || first === 'help') return;
  const names = program.commands.map((command) => command.name());
  if (names.includes(first)) return;
  const near = closest(first, names);
  throw problem('command-unknown', {
    command: first.slice(0, 40),
    hint: near === undefined ? '' : ` Did you mean \`${near}\`?`,
  });
}

function usageProblem(error: CommanderError, program: Command, words: readonly string[]): Error {
  // The rest repeats what was typed, which may be a secret in the wrong place.
  const message = error.message.replace(/^error: /, '');
  const reason = (error.code === 'commander.excessArguments' ? message.split(':', 1).join('') : message)
    .replaceAll('\n', ' ')
    .replace(/^./, (letter) => letter.toUpperCase());
  const facts = {
    reason: /[.)?!]$/.test(reason) ? reason : `${reason}.`,
    help: [ownCommand(), ...namesIn(words, program), '--help'].join(' '),
  };
  return problem('usage', facts, { cause: error });
}

/** The command that `words` name: `auth add`. */
function namesIn([word, ...rest]: readonly string[], parent: Command): string[] {
  const found = parent.commands.find((command) => command.name() === word);
  return found === undefined ? [] : [found.name(), ...namesIn(rest, found)];
}

function rootHelp(): string {
  const codes = Object.values(exitCodes).map(([code, meaning]) => `  ${String(code).padEnd(5)}${meaning}`);
  return [
    examplesText([
      ['', `the same as \`${ownCommand('serve')}\``],
      ['demo', 'look at it at work, with no account and no setting'],
      ['auth add work --kind api-key', 'add an account; asks for the key'],
      ['run -- claude', 'start Claude Code through the proxy'],
      ['status --json', 'what a script reads'],
    ]),
    '',
    'Exit codes:',
    ...codes,
    '  `run` exits as the program it started did.',
    '',
    'Environment:',
    `  ${homeVariable.padEnd(16)}folder of the proxy's files (default: ~/.${product.binary})`,
    '  NO_COLOR        no colours (FORCE_COLOR: always)',
    `  DEBUG           ${product.binary}: show where an unexpected failure came from`,
    `  Every setting has a variable of its own: \`${ownCommand('config show')}\`.`,
  ].join('\n');
}
