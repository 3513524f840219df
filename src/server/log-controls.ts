import type { LogControls } from '../admin/control-log.ts';
import type { LogFile, LogLimits } from '../base/log-file.ts';
import type { LineLog } from '../base/log.ts';
import type { Settings } from '../config/settings.ts';

/** What the settings say of the file. */
export function logLimits({ maxFileBytes, keepFiles, keepDays }: Settings['log']): LogLimits {
  return { maxBytes: maxFileBytes, keepFiles, keepDays };
}

/** What commands may see and do of the log. */
export function logControls(log: LineLog, file: LogFile | undefined): LogControls {
  return {
    view: () => ({
      level: log.held?.level ?? log.level,
      settingsLevel: log.level,
      until: log.held === undefined ? null : new Date(log.held.until).toISOString(),
      file: file === undefined ? null : { path: file.path, trouble: file.trouble ?? null, lost: file.lost },
    }),
    hold: (level, seconds) => {
      log.hold(level, seconds * 1_000);
    },
    release: () => {
      log.release();
    },
  };
}
