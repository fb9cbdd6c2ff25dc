import type { Binary } from './install/obtain-binary.ts';
import type { OnProgress } from './progress.ts';

/** What every part accepts. */
export interface PartOptions {
  /** Folder of the data. Omitted: a temporary one that is removed on stop. */
  dir?: string;
  /** Main port. Omitted: a random free one. */
  port?: number;
  /** Called for every line that the server prints. The log file is written either way. */
  onLog?: (line: string) => void;
  onProgress?: OnProgress;
}

/** One start of a part: where it runs and with what. */
export interface PartRun<Options> {
  binary: Binary;
  /** Data folder, absolute, exists. */
  dir: string;
  isTemporary: boolean;
  port: number;
  /** Further ports by name, as in `Part.extraPorts`. */
  extraPorts: Record<string, number>;
  options: Options & PartOptions;
}

export interface Command {
  args: string[];
  env?: Record<string, string>;
  /** Set where the server refuses to run as root. */
  uid?: number;
  gid?: number;
}

/**
 * A server that Storm needs. One file in `parts/` describes one; everything else (ports, folders, logs, stop, kill,
 * restart, cleaning up after a crash) is the same for all.
 */
export interface Part<Options, Facts> {
  name: string;
  /** Port of `npm run up`: one of Storm's own, not the standard one. */
  fixedPort: number;
  /** Further ports it listens on, by name, with their fixed numbers. */
  extraPorts: Record<string, number>;
  obtain(onProgress: OnProgress): Promise<Binary>;
  /** Where the data lies when `dir` was given; a part may move it where its own user can reach it. */
  settleDir?(dir: string): Promise<string>;
  /** Brings the folder into the state that `command` needs. Runs before every start. */
  prepare?(run: PartRun<Options>): Promise<void>;
  command(run: PartRun<Options>): Command;
  /** True once the server serves. Called every few milliseconds, may throw while it does not. */
  isReady(run: PartRun<Options>): Promise<boolean>;
  stopSignal: NodeJS.Signals;
  /** What a failed start printed, when starting again in a moment will do. */
  isTransientFailure?(log: string): boolean;
  facts(run: PartRun<Options>): Facts & { url: string };
}

/** A server that runs. `Facts` are what a client needs to reach it. */
export type RunningPart<Facts = object> = Facts & {
  readonly name: string;
  readonly version: string;
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** Of the process that runs now; another one after `restart`. */
  readonly pid: number;
  readonly dir: string;
  readonly isRunning: boolean;
  /** Resolves when the process that runs now has ended, however it ended. */
  readonly exited: Promise<void>;
  /** The last lines that the server printed. */
  logTail(lines?: number): string;
  /** Ends it in order, bounded in time; removes a temporary folder. */
  stop(): Promise<void>;
  /** Sends the signal to the server and, for SIGKILL, SIGSTOP and SIGCONT, to its children. Data and port are kept. */
  kill(signal?: NodeJS.Signals): void;
  /** Stops it if it still runs, and starts it on the same port and data. */
  restart(): Promise<void>;
};
