import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { messageOf } from '../base/errors.ts';
import { makePrivateFolder } from '../base/files.ts';
import { once } from '../base/once.ts';
import { longestOpeningMs } from '../base/opening.ts';
import type { Owner } from '../base/path-owners.ts';
import { product } from '../base/product.ts';
import { redacted } from '../base/redact.ts';
import { homeVariable } from '../config/environment.ts';
import { asOwner } from './as-owner.ts';
import { copyForTrial } from './database-copy.ts';
import { trialCommand, trialFolderStart } from './trial-words.ts';

/** Longer than a program takes to say its version (ms); the first start of a file may be looked at by a virus scanner. */
const versionDeadlineMs = 60_000;
/** More than either says (bytes). */
const mostSaid = 64 * 1024;

/** What is tried, and on what. */
export interface Trial {
  readonly program: string;
  readonly version: string;
  /** Of the release; undefined where any will do. */
  readonly commit?: string | undefined;
  /** The home directory, in which a folder for the trial is made. */
  readonly home: string;
  /** Whose that is, and who the trial runs as then; undefined where it is that of this process. */
  readonly owner?: Owner | undefined;
  /** A copy of the database, which is copied once more; null for a start with none. */
  readonly databaseCopy: string | null;
  /** The settings file, which it has to understand; undefined where there is none. */
  readonly config: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const versionSays = once(() =>
  z.object({ binary: z.string(), version: z.string(), commit: z.string().optional() }),
);
const trialSays = once(() =>
  z.union([
    z.object({ ok: z.literal(true), version: z.string() }),
    z.object({ error: z.object({ code: z.string(), title: z.string() }) }),
  ]),
);

/** How a program failed. */
export interface Failure {
  /** In words, without a full stop: `it does not start: …`. */
  readonly reason: string;
  /** The problem it ended with itself, where it came that far. */
  readonly code?: string;
}

/**
 * Has a program tell its version, open a copy of the database, start and answer, all in a folder of its own.
 * Resolves with how it failed; undefined where it did not.
 *
 * @throws the system error where the folder cannot be made
 */
export async function tryProgram(trial: Trial): Promise<Failure | undefined> {
  const said = await run([trial.program, '--version', '--json'], trial.env, versionDeadlineMs);
  const wrong = wrongWith(said, trial);
  if (wrong !== undefined) return { reason: wrong };
  const { home, owner, databaseCopy } = trial;
  const folder = await asOwner(owner, async () => {
    await makePrivateFolder(home);
    return mkdtemp(join(home, trialFolderStart));
  });
  try {
    if (databaseCopy !== null)
      await asOwner(owner, () => copyForTrial(databaseCopy, join(folder, 'proxy.db')));
    return await tryIn(folder, trial);
  } finally {
    await asOwner(owner, () => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  }
}

/** The version that a program says it is; undefined where it says none. */
export async function saidVersion(program: string, env: Trial['env']): Promise<string | undefined> {
  const { value } = await run([program, '--version', '--json'], env, versionDeadlineMs);
  return versionSays().safeParse(value).data?.version;
}

/** What is wrong with what a program says of itself. */
function wrongWith({ value, lastWords }: Said, { version, commit }: Trial): string | undefined {
  const facts = versionSays().safeParse(value).data;
  if (facts === undefined) return `it does not start: ${lastWords}`;
  if (facts.binary !== product.binary) return 'it is another program';
  if (facts.version !== version) return `it says that it is version ${facts.version.slice(0, 40)}`;
  const isOfCommit = commit === undefined || facts.commit === undefined || facts.commit === commit;
  return isOfCommit ? undefined : 'it was built from another commit than the release says';
}

async function tryIn(folder: string, trial: Trial): Promise<Failure | undefined> {
  const { program, version, owner, config, env } = trial;
  const words = [program, trialCommand, '--json', ...(config === undefined ? [] : ['--config', config])];
  const { code, value, lastWords } = await run(
    words,
    { ...env, [homeVariable]: folder },
    longestOpeningMs,
    owner && { ...owner, cwd: folder },
  );
  const says = trialSays().safeParse(value).data;
  if (says !== undefined && 'error' in says)
    return { reason: says.error.title.replace(/\.$/, ''), code: says.error.code };
  const isWell = code === 0 && says?.version === version;
  return isWell ? undefined : { reason: `it does not serve: ${lastWords}` };
}

interface Said {
  readonly code: number;
  /** What it printed, if that is JSON. */
  readonly value: unknown;
  readonly lastWords: string;
}

async function run(
  words: readonly string[],
  env: Trial['env'],
  deadlineMs: number,
  as: { readonly uid?: number; readonly gid?: number; readonly cwd?: string } = {},
): Promise<Said> {
  try {
    const child = Bun.spawn([...words], {
      ...as,
      env: { ...env },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
      timeout: deadlineMs,
      killSignal: 'SIGKILL',
      maxBuffer: mostSaid,
      windowsHide: true,
    });
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { code, value: parsed(out), lastWords: lastWords(`${out}\n${err}`, code) };
  } catch (error) {
    return { code: 1, value: undefined, lastWords: messageOf(error) };
  }
}

function lastWords(text: string, code: number): string {
  const line = text.trim().split('\n').at(-1)?.trim() ?? '';
  const words = redacted(line)
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .slice(0, 200);
  return words === '' ? `it ended with ${code} and said nothing` : words;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
