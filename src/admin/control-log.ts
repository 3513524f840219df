import type { Env, Hono } from 'hono';
import * as z from 'zod';
import { logLevels, type Log, type LogLevel } from '../base/log.ts';
import { json, readBody } from './answers.ts';
import type { LogView } from './contract.ts';

/** A level that a command asked for ends at the latest then (s): nobody forgets it for good. */
export const longestHeldSeconds = 7 * 86_400;

/** What commands may see and do of the log. */
export interface LogControls {
  view(): LogView;
  /** Writes from `level` on for so many seconds, whatever the settings say. */
  hold(level: LogLevel, seconds: number): void;
  /** Back to the settings. */
  release(): void;
}

export const levelBody = z.strictObject({
  level: z.enum(logLevels),
  seconds: z.number().positive().max(longestHeldSeconds),
});

/** `/control/log`: where it is, and how much it says. */
export function addLogRoutes<E extends Env>(app: Hono<E>, logs: LogControls, log: Log): void {
  app.get('/control/log', () => json(logs.view()));
  app.post('/control/log/level', async (c) => {
    const { level, seconds } = await readBody(c.req.raw, levelBody);
    logs.hold(level, seconds);
    log.info('log level held', { least: level, seconds });
    return json(logs.view());
  });
  app.delete('/control/log/level', () => {
    logs.release();
    log.info('log level as in the settings');
    return json(logs.view());
  });
}
