/** The hidden command with which a program tries itself. */
export const trialCommand = 'self-test';

/** What folders of trials are called, in the home directory. */
export const trialFolderStart = 'trial-';
