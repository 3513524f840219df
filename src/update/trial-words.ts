/** The hidden command with which a program tries itself. */
export const trialCommand = 'self-test';

/** What folders of trials are called, in the home directory. */
export const trialFolderStart = 'update-trial-';

/** Whether a folder is one of those: its name is ours, and ends as `mkdtemp` ends it. */
export function isTrialFolder(name: string): boolean {
  return name.startsWith(trialFolderStart) && /^[A-Za-z0-9]{6}$/.test(name.slice(trialFolderStart.length));
}
