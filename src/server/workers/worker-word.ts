/** The word that starts this program as a worker; nobody but a serving proxy says it. */
export const workerWord = 'serve-worker';
