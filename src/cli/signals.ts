/** Resolves with the first SIGINT or SIGTERM, or as soon as `other` is aborted; a later signal ends the process. */
export function untilSignal(other?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      clearInterval(alive);
      resolve();
    };
    // Listeners for signals keep no process alive, and what it does meanwhile may be on unreferenced timers.
    const alive = setInterval(() => {}, 60_000);
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    if (other?.aborted === true) stop();
    other?.addEventListener('abort', stop, { once: true });
  });
}
