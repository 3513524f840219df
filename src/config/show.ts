import type { LoadedSettings } from './load.ts';
import { settingsIn, valueIn } from './settings.ts';
import { sourceText } from './source.ts';

/** One line of `config show`. */
export interface ShownSetting {
  readonly key: string;
  /** Undefined where it is not set. */
  readonly value: unknown;
  readonly source: string;
  readonly isLive: boolean;
}

/** Every setting with its value and where that comes from. No setting is a secret. */
export function shownSettings({ settings, sources }: LoadedSettings): ShownSetting[] {
  return settingsIn(settings).map((one) => ({
    key: one.key,
    value: valueIn(settings, one),
    source: sourceText(sources.get(one.key) ?? { from: 'default' }),
    isLive: one.setting.isLive,
  }));
}
