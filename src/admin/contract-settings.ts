/** How a value is typed on a page: what its declaration takes. */
export type SettingInput = 'text' | 'number' | 'choice' | 'switch' | 'list' | 'table';

export interface SettingSourceView {
  readonly from: 'default' | 'file' | 'environment' | 'flag' | 'command';
  /** For people: `config.toml, line 3`, `environment CCPROXY_PORT`, `flag --port`. */
  readonly words: string;
}

/** One setting, as `GET /control/settings` tells it. No setting is a secret; what looks like one is masked. */
export interface SettingView {
  /** As the file nests it: `server.port`, `providers.company.issuer`. */
  readonly key: string;
  readonly section: string;
  /** The name people chose for the table it stands in; null where it has a fixed place. */
  readonly entry: string | null;
  /** In the file: `port`. */
  readonly name: string;
  readonly help: string;
  /** What would be right, to follow "it must be". */
  readonly expects: string;
  readonly input: SettingInput;
  /** The words to choose from, for a `choice`; else empty. */
  readonly choices: readonly string[];
  readonly unit: 'seconds' | 'bytes' | null;
  /** What holds now; null where it is not set. */
  readonly value: unknown;
  readonly default: unknown;
  /** A value as it could look, where the default is "not set"; else null. */
  readonly example: string | null;
  readonly source: SettingSourceView;
  /** What the file says, letter by letter; null where it says nothing. */
  readonly inFile: unknown;
  /** A saved change takes effect at once. */
  readonly isLive: boolean;
  /** It was changed, and the proxy goes on with the old value until its next start. */
  readonly waitsForRestart: boolean;
  /** Nothing goes before the file, so a change there counts. */
  readonly isEditable: boolean;
}

/** A section of the file, in the order people read them. */
export interface SettingsSectionView {
  readonly name: string;
  readonly help: string;
  /** Its tables have names that people choose, such as `[providers.company]`; what one of them is: "a provider". */
  readonly what: string | null;
  /** The names of its tables; empty for other sections. */
  readonly entries: readonly string[];
}

export interface SettingsView {
  readonly file: {
    readonly path: string;
    readonly exists: boolean;
    /** Tells one content of the file from another: a change is sent with the one it was made from. */
    readonly base: string;
  };
  /** Why what stands in the file now is not in use; null where it is. */
  readonly problem: { readonly code: string; readonly title: string; readonly fix: string } | null;
  readonly sections: readonly SettingsSectionView[];
  readonly settings: readonly SettingView[];
  /** Keys that were changed and need a restart. */
  readonly waitingForRestart: readonly string[];
}

/** A mistake in what somebody wants changed. */
export interface SettingFlawView {
  /** The setting it is about; null where the whole file is meant. */
  readonly key: string | null;
  /** A sentence: `server.port is 70000; it must be a whole number from 0 to 65535`. */
  readonly says: string;
}

/** One setting that is to be different in the file. */
export interface SettingChange {
  /** A setting, or a whole table with a name (`budgets.team`), which can be taken away. */
  readonly key: string;
  /** Text is read as a variable's would be; null takes it out of the file. */
  readonly value: unknown;
}

/** What became of a change. */
export interface SavedSettingsView {
  /** In effect now. */
  readonly changed: readonly string[];
  /** Saved, and in effect after the next start. */
  readonly waitingForRestart: readonly string[];
}
