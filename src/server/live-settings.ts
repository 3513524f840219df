import type { ReloadView } from '../admin/contract.ts';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { LineLog } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import { changedSettings, needsRestart, withLiveChanges } from '../config/changes.ts';
import { loadSettings, type LoadedSettings, type SettingsInput } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { watchSettings } from '../config/watch.ts';

export interface LiveOptions extends SettingsInput {
  readonly loaded: LoadedSettings;
  readonly log: LineLog;
  readonly clock: Clock;
}

/** The settings in effect: those the proxy started with, with every live change of the file since. */
export class LiveSettings {
  readonly #options: LiveOptions;
  readonly #listeners: ((settings: Settings) => void)[] = [];
  #settings: Settings;
  #loaded: LoadedSettings;
  #problem: Problem | undefined;
  #hadFile: boolean;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#settings = options.loaded.settings;
    this.#loaded = options.loaded;
    this.#hadFile = options.loaded.content !== undefined;
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** What was read last and held together: with settings that wait for a restart. */
  get loaded(): LoadedSettings {
    return this.#loaded;
  }

  /** Why what stands in the file now is not in use. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Where settings come from. */
  get input(): SettingsInput {
    return this.#options;
  }

  onChange(listener: (settings: Settings) => void): void {
    this.#listeners.push(listener);
  }

  /** Reads the file now. @throws Problem config-invalid, config-missing; the old settings stay */
  async reload(): Promise<ReloadView> {
    try {
      return await this.#read();
    } catch (error) {
      if (error instanceof Problem) this.#problem = error;
      throw error;
    }
  }

  /** Follows the file from now on; returns the way to stop. */
  watch(): () => void {
    const watch = watchSettings({
      ...this.#options,
      onLoaded: (loaded) => {
        this.#take(loaded);
      },
      onProblem: (problem: Problem) => {
        this.#problem = problem;
        this.#options.log.error('settings not usable; the old ones stay', {
          reason: messageOf(problem),
          fix: problem.fix,
        });
      },
    });
    return () => {
      watch.close();
    };
  }

  async #read(): Promise<ReloadView> {
    const loaded = await loadSettings(this.#options);
    if (loaded.content === undefined && this.#hadFile) {
      const { config } = this.#options.places;
      const fix = `Put ${config} back, or restart to run on defaults.`;
      throw new Problem('config-missing', 'The settings file is gone; the settings in use stay.', fix);
    }
    return this.#take(loaded);
  }

  #take(all: LoadedSettings): ReloadView {
    const { settings: loaded, content } = all;
    this.#loaded = all;
    this.#problem = undefined;
    this.#hadFile = content !== undefined;
    const { log } = this.#options;
    const before = this.#settings;
    this.#settings = withLiveChanges(before, loaded);
    const changed = changedSettings(before, this.#settings);
    const waitingForRestart = needsRestart(before, loaded);
    log.level = this.#settings.log.level;
    // Who saves another level wants that one.
    if (log.level !== before.log.level) log.release();
    if (changed.length > 0) log.info('settings changed', { keys: changed.join(' ') });
    if (waitingForRestart.length > 0)
      log.warn('settings wait for a restart', { keys: waitingForRestart.join(' ') });
    for (const listener of this.#listeners) listener(this.#settings);
    return { changed, waitingForRestart };
  }
}
