import { createHmac, timingSafeEqual } from 'node:crypto';
import { rm } from 'node:fs/promises';
import * as z from 'zod';
import { firstBytesOfFile, writePrivateFile } from '../base/files.ts';
import { once } from '../base/once.ts';
import type { ProgramFile } from '../base/same-file.ts';
import { Secret } from '../base/secret.ts';

/**
 * What a running proxy leaves in its home directory so that commands of the same operating system user
 * find it and may act through it. The file is 0600: whoever can read it could change the accounts anyway.
 */
export interface RunningProxy {
  readonly pid: number;
  /** Where clients reach it. */
  readonly url: string;
  /** Where commands on this machine reach it: always a loopback address, always plain http. */
  readonly controlUrl: string;
  /** What {@link controlHeader} must carry; new at every start. */
  readonly controlToken: Secret;
  readonly startedAt: number;
  readonly version: string;
  /** The file it runs; undefined where that could not be learnt, or nobody asked yet. */
  readonly program?: ProgramFile | undefined;
  /** A command started it in the background, so a command may start it anew; undefined where somebody else did. */
  readonly background?: Background | undefined;
}

/** How a proxy in the background was started. */
export interface Background {
  /** The settings file that was named; null for the usual one. */
  readonly config: string | null;
  /** Undefined in a file of an older version. */
  readonly environment?: StartEnvironment | undefined;
}

/** With which variables a proxy was started: their names, and what tells whether the values are the same. No value. */
export interface StartEnvironment {
  readonly names: readonly string[];
  /** Keyed with the control token, so it says nothing without the file it stands in, and another thing at each start. */
  readonly seal: string;
}

/** Far more than stands in one; commands of root read that of a service, which is not theirs. */
const mostBytes = 64 * 1024;

/** Carries the control token of `run.json`. */
export const controlHeader = 'x-ccproxy-control';

/** Commands print these: what would drive a terminal is not of our making. */
const printable = /^[\x21-\x7E]{1,500}$/;

const shape = once(() =>
  z.object({
    pid: z.int().positive(),
    url: z.url().regex(printable),
    controlUrl: z.url({ protocol: /^http$/, hostname: /^(127(\.\d+){3}|\[::1\])$/ }),
    controlToken: z.string().min(32),
    startedAt: z.number(),
    version: z.string().regex(printable),
    program: z.object({ path: z.string(), file: z.string() }).optional(),
    background: z
      .object({
        config: z.string().nullable(),
        environment: z.object({ names: z.array(z.string()), seal: z.string() }).optional(),
      })
      .optional(),
  }),
);

/** Writes `run.json` at `path`, whole or not at all. */
export async function writeRunFile(path: string, running: RunningProxy): Promise<void> {
  const content = { ...running, controlToken: running.controlToken.reveal() };
  await writePrivateFile(path, `${JSON.stringify(content, undefined, 2)}\n`);
}

/** What `run.json` says; undefined where there is none or it is not ours to understand. */
export async function readRunFile(path: string): Promise<RunningProxy | undefined> {
  let text: string;
  try {
    text = Buffer.from(await firstBytesOfFile(path, mostBytes)).toString('utf8');
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
  const read = shape().safeParse(parsed(text));
  if (!read.success) return undefined;
  return { ...read.data, controlToken: new Secret(read.data.controlToken) };
}

/** Removes `run.json` unless another process stands in it. */
export async function removeRunFile(path: string, pid: number): Promise<void> {
  const written = await readRunFile(path);
  if (written?.pid === pid) await rm(path, { force: true });
}

/** Whether `written` is of this very start: in a container every start has the same process id. */
export function isWrittenBy(running: RunningProxy, written: RunningProxy): boolean {
  return isSame(written.controlToken.reveal(), running.controlToken.reveal());
}

/** Whether a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * What only the process that wrote `run.json` can say to `nonce`. A command asks for it before it sends
 * the token or a secret: after a crash another user of the machine may be listening on the old port.
 */
export function proofOf(token: Secret, nonce: string): string {
  return createHmac('sha256', token.reveal()).update(nonce).digest('base64url');
}

/** Compares without telling by its duration how much is right. */
export function isSame(given: string, expected: string): boolean {
  const key = 'equal lengths';
  const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Nothing, or something that no proxy has written. */
function isNotThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EFTYPE');
}
