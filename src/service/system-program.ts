import { execFile } from 'node:child_process';
import type { Environment } from '../config/environment.ts';
import type { Said } from './service.ts';

/** Stopping waits for running answers, an hour at most where somebody set that (ms). */
const deadlineMs = 3_700_000;

/**
 * Runs a program of the system to its end, in words that can be compared.
 *
 * @throws the system error where it cannot be started
 */
export function runSystemProgram(program: string, words: readonly string[], env: Environment): Promise<Said> {
  return new Promise((resolve, reject) => {
    const options = {
      timeout: deadlineMs,
      windowsHide: true,
      env: { ...env, LC_ALL: 'C' },
      maxBuffer: 2 ** 24,
    };
    execFile(program, [...words], options, (error, out, err) => {
      if (error === null) resolve({ code: 0, out, err });
      else if (typeof error.code === 'number') resolve({ code: error.code, out, err });
      else reject(error);
    });
  });
}
