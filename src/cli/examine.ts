import * as z from 'zod';
import type { DoctorView } from '../admin/contract-health.ts';
import { messageOf } from '../base/errors.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import type { Cli } from './cli.ts';
import { selfCommand, selfEnvironment } from './self.ts';

/** Longer than all its looks together may take (ms). */
const deadlineMs = 90_000;

const found = z.object({
  name: z.string(),
  is: z.enum(['ok', 'warn', 'fail']),
  says: z.string(),
  fix: z.string().optional(),
});
const doctorView = z.object({ ok: z.boolean(), checks: z.array(found) });

/**
 * What `doctor` finds, for a proxy that is asked by its page. In a process of its own: it reads the database page by
 * page, which would keep every stream waiting, and what it needs is not to stay in the memory of the proxy.
 *
 * @throws Problem examination-failed
 */
export async function examine({ env, places }: Cli): Promise<DoctorView> {
  const named = places.isConfigNamed ? ['--config', places.config] : [];
  const child = Bun.spawn([...selfCommand(), 'doctor', '--json', ...named], {
    env: { ...env, ...selfEnvironment(), CCPROXY_HOME: places.home },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
    windowsHide: true,
  });
  const text = await new Response(child.stdout).text();
  await child.exited;
  try {
    const { ok, checks } = doctorView.parse(JSON.parse(text));
    return { ok, checks: checks.map(({ fix, ...rest }) => (fix === undefined ? rest : { ...rest, fix })) };
  } catch (cause) {
    const fix = `Look in a terminal: \`${ownCommand('doctor')}\`.`;
    throw new Problem('examination-failed', `The checks did not come to an end: ${messageOf(cause)}.`, fix, {
      cause,
    });
  }
}
