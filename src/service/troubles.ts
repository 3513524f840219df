import { messageOf } from '../base/errors.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import type { Machine, Said } from './service.ts';

/** Runs a program of the service manager. @throws Problem service-unsupported where there is none */
export async function ask(machine: Machine, program: string, words: readonly string[]): Promise<Said> {
  try {
    return await machine.run(program, words);
  } catch (cause) {
    throw unsupported(`${program} cannot be started: ${messageOf(cause)}`, cause);
  }
}

/** The same where anything but success is a failure. @throws Problem service-failed, service-rights, service-session */
export async function order(machine: Machine, program: string, words: readonly string[]): Promise<string> {
  const said = await ask(machine, program, words);
  if (said.code === 0) return said.out;
  throw refusal(`${program} ${words.join(' ')}`, said);
}

const wantsRights = /access denied|permission denied|not permitted|interactive authentication|must be root/i;
const hasNoSystemd = /not been booted with systemd|host is down/i;
const wantsSession = /failed to connect to (?:user scope )?bus|no medium found|XDG_RUNTIME_DIR/i;

/** Why the service manager did not do it, as far as its words tell. */
export function refusal(command: string, { code, out, err }: Said): Problem {
  // sc.exe says on standard output what went wrong.
  const reason = (err.trim() || out.trim() || `it ended with ${code}`).split(/\s*\n\s*/).join(' ');
  if (hasNoSystemd.test(reason)) return unsupported(reason);
  if (wantsSession.test(reason)) {
    const fix =
      'Log in as that user (not by su or sudo), or let it run always: `loginctl enable-linger USER`. With --system it is a service of the machine.';
    return new Problem('service-session', `This user has no session of systemd: ${reason}`, fix);
  }
  if (wantsRights.test(reason) || (code === 5 && command.startsWith('sc.exe'))) return needsRights(reason);
  const fix = `\`${ownCommand('service logs')}\` shows what it said.`;
  return new Problem('service-failed', `\`${command}\` failed: ${reason}`, fix);
}

/** This machine has no service manager that this program knows. */
export function unsupported(reason: string, cause?: unknown): Problem {
  const fix = `Start the proxy another way: \`${ownCommand('serve')}\`, or as a container.`;
  return new Problem('service-unsupported', `There is no service manager here: ${reason}`, fix, { cause });
}

/** Whoever asks may not change services of the whole machine. */
export function needsRights(reason?: string): Problem {
  const fix =
    process.platform === 'win32' ? 'Use a terminal that was opened as administrator.' : 'Put sudo before it.';
  const why = reason === undefined ? '' : ` (${reason})`;
  return new Problem('service-rights', `Only an administrator may do that${why}.`, fix);
}
