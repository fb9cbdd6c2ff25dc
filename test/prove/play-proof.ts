import type { Bug, Findings, Proof, Scale } from './proof.ts';
import { createRandom } from './random.ts';
import { type Stage, startStage } from './stage/stage.ts';

export interface Result extends Findings {
  readonly name: string;
  readonly bug: string | null;
  readonly part: string | null;
  readonly scale: Scale;
  readonly seed: number;
  readonly seconds: number;
  readonly versions: string;
  readonly verdict: 'PASS' | 'FAIL' | 'SKIPPED';
  /** Of a planted bug: whether it was caught as what it is, and not by chance as something else. */
  readonly isCaught?: boolean;
}

export interface PlayOptions {
  readonly proof: Proof;
  readonly scale: Scale;
  readonly seed: number;
  readonly bug?: Bug;
  /** Of the proof, instead of all of it. */
  readonly part?: string;
  readonly say: (line: string) => void;
}

/** Plays a proof on a stage that is there; a bug is planted before and taken out afterwards. */
export async function playOn(stage: Stage, options: PlayOptions): Promise<Result> {
  const { proof, scale, seed, bug, say, part = bug?.in } = options;
  const startedAt = performance.now();
  const heal = await bug?.plant(stage);
  try {
    const random = createRandom(seed);
    const findings = await proof.run({ stage, random, scale, say, ...(part !== undefined && { part }) });
    const isSound = Object.values(findings.faults).every((count) => count === 0);
    return {
      ...findings,
      ...{
        name: proof.name,
        bug: bug?.name ?? null,
        part: part ?? null,
        scale,
        seed,
        versions: stage.versions,
      },
      seconds: (performance.now() - startedAt) / 1_000,
      verdict: isSound ? 'PASS' : 'FAIL',
      ...(bug && { isCaught: bug.shows.some((fault) => (findings.faults[fault] ?? 0) > 0) }),
    };
  } finally {
    await heal?.();
  }
}

/** Plays a proof on a stage of its own. */
export async function play(options: PlayOptions): Promise<Result> {
  const { proof, scale, seed, bug } = options;
  const reason = (await proof.impossible?.()) ?? null;
  if (reason !== null) {
    const nothing = {
      counts: {},
      faults: {},
      skipped: [reason],
      seconds: 0,
      versions: `Node ${process.version}`,
    };
    return {
      ...nothing,
      name: proof.name,
      bug: bug?.name ?? null,
      part: null,
      scale,
      seed,
      verdict: 'SKIPPED',
    };
  }
  const stage = await startStage(proof.stage(scale));
  try {
    return await playOn(stage, options);
  } finally {
    await stage.stop();
  }
}
