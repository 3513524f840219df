import type { Settings } from '../../config/settings.ts';

/** The settings of one of `processes`: each holds bodies in its own memory, all together as many as the settings allow. */
export function shareOf(settings: Settings, processes: number): Settings {
  if (processes === 1) return settings;
  const { server } = settings;
  const share = Math.max(Math.floor(server.maxHeldBytes / processes), server.maxBodyBytes);
  return { ...settings, server: { ...server, maxHeldBytes: share } };
}

/** The same of settings that change: each call asks for them. */
export function sharing(settings: () => Settings, processes: number): () => Settings {
  let whole = settings();
  let share = shareOf(whole, processes);
  return () => {
    const now = settings();
    if (now !== whole) {
      whole = now;
      share = shareOf(now, processes);
    }
    return share;
  };
}
