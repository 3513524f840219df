import type { Clock } from '../base/clock.ts';
import type { Environment } from '../config/environment.ts';

/** Whose service it is: that of one person, who has to be logged in, or that of the whole machine. */
export type Scope = 'user' | 'system';

/** What a program of the system said. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The machine the service is on, and who is asking. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Environment;
  readonly userHome: string;
  /** Undefined on Windows. */
  readonly uid: number | undefined;
  readonly clock: Clock;
  /** Runs a program of the system to its end. Rejects only where it cannot be started. */
  run(program: string, words: readonly string[]): Promise<Said>;
}

/** What the service is to run. */
export interface Plan {
  /** The program with its first words, its path absolute. */
  readonly program: readonly string[];
  /** The home directory; undefined for the one its user has anyway. */
  readonly home: string | undefined;
  /** The settings file, where it is not in the home directory. */
  readonly config: string | undefined;
  /** Who runs it, where that is somebody else than whoever installs it. */
  readonly user: string | undefined;
  /** How long running answers may go on once it is told to stop (s). */
  readonly drainSeconds: number;
}

/** What the service manager says of the service. */
export interface ServiceState {
  readonly is: 'running' | 'starting' | 'stopping' | 'stopped' | 'failed';
  readonly pid: number | undefined;
  /** It starts by itself: at boot, or when its person logs in. */
  readonly isEnabled: boolean;
  /** What declares it: a file, or a name on Windows. */
  readonly declaredIn: string;
  /** How it ended last, in the words of the service manager. */
  readonly detail: string | undefined;
}

/** The proxy as a service of one service manager, in one scope. */
export interface Service {
  readonly manager: 'systemd' | 'launchd' | 'windows';
  readonly scope: Scope;
  readonly name: string;
  /** Undefined where it is not installed. @throws Problem service-… */
  look(): Promise<ServiceState | undefined>;
  /** Declares it anew and has it start by itself from then on; does not start it now. @throws Problem service-… */
  install(plan: Plan): Promise<void>;
  /** Stops it, lets running answers end, and takes it away; no file of the proxy is touched. @throws Problem service-… */
  uninstall(): Promise<void>;
  start(): Promise<void>;
  /** Resolves when running answers have ended and it has stopped. */
  stop(): Promise<void>;
  restart(): Promise<void>;
  /**
   * Whether a start would give it what its last one did: program, declaration, variables, credentials. No where nobody knows.
   *
   * @param program the file that it runs, links followed
   */
  isAsStarted(program: string | undefined): Promise<boolean>;
}
