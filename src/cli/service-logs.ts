import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Service } from '../service/service.ts';
import type { Action, Cli } from './cli.ts';
import { logs, shownBy } from './logs.ts';
import { problem } from './problems.ts';
import { asTheService, serviceHere, type ScopeOptions } from './service-here.ts';

interface ServiceLogsOptions extends ScopeOptions {
  readonly follow?: boolean;
  readonly lines?: number;
}

const journal = 'journalctl';

/** `service logs`: from the journal, where systemd keeps one; else from the log file of the service. */
export const serviceLogs: Action<ServiceLogsOptions> = async (typed, options, words) => {
  const service = await serviceHere(typed, options);
  const cli = asTheService(typed, service.scope);
  if (service.manager !== 'systemd') return logs(cli, options, words);
  return fromJournal(cli, service, options);
};

/** The journal also has what systemd itself said, and why a start failed. */
function fromJournal(
  cli: Cli,
  { scope, name }: Service,
  { follow, lines = 100 }: ServiceLogsOptions,
): Promise<number> {
  const unit = scope === 'user' ? `--user-unit=${name}` : `--unit=${name}`;
  const words = [
    unit,
    '--output=cat',
    '--no-pager',
    `--lines=${lines}`,
    ...(follow === true ? ['--follow'] : []),
  ];
  const child = spawn(journal, words, { stdio: ['ignore', 'pipe', 'inherit'], env: cli.env });
  const show = shownBy(cli, {});
  createInterface({ input: child.stdout }).on('line', (line) => {
    const text = show(line);
    if (text !== undefined) cli.terminal.print(text);
  });
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(problem('program-missing', { program: journal }, { cause }));
    });
    child.once('close', (code) => {
      resolve(code ?? 0);
    });
  });
}
