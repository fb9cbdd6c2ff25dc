import type { Random } from './random.ts';
import type { Stage, StageOptions } from './stage/stage.ts';

/** `slice`: seconds, for CI. `full`: the figures of the table, minutes. `planted`: just long enough to show a bug. */
export type Scale = 'slice' | 'full' | 'planted';

export interface ProofRun {
  readonly stage: Stage;
  readonly random: Random;
  readonly scale: Scale;
  /** The part that the planted bug shows in; nothing else needs to be played. */
  readonly part?: string;
  /** A line of progress. */
  say(line: string): void;
}

/** What a run found. */
export interface Findings {
  /** How much was done and measured, in the order in which it is printed. */
  readonly counts: Readonly<Record<string, number | string>>;
  /** Each must be 0. */
  readonly faults: Readonly<Record<string, number>>;
  /** Parts that this machine does not allow: said aloud, never counted as passed. */
  readonly skipped?: readonly string[];
}

/** A fault of the product, planted from outside, that must turn the proof red. */
export interface Bug {
  readonly name: string;
  readonly what: string;
  /** What it must be caught as: one of these is not 0. */
  readonly shows: readonly string[];
  /** The part of the proof that it shows in, where the proof has parts. */
  readonly in?: string;
  /** @returns how to take it out again. */
  plant(stage: Stage): Promise<() => Promise<void>>;
}

export interface Proof {
  readonly name: string;
  /** Of the table of figures; null for what stands beside it. */
  readonly row: number | null;
  /** What it does and what must hold, for people. */
  readonly promise: string;
  readonly bugs: readonly Bug[];
  /** What it plays on. */
  readonly stage: (scale: Scale) => StageOptions;
  /** Why this machine cannot play it at all, if so. */
  readonly impossible?: () => string | null | Promise<string | null>;
  run(run: ProofRun): Promise<Findings>;
}
