/** What helps in several cases; `{self}` is our command. */
export const restore = 'Put the right file back from a backup; `{self} doctor` looks closer.';
export const rights = 'Give this user the right to read and write the folder of the proxy.';
export const newer = 'Use that version, or a backup from before.';
