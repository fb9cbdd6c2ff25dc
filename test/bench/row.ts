import type { Lab } from './lab.ts';

export type Verdict = 'GOAL' | 'MUST' | 'FAIL' | 'SKIP';

/** One line of the table: what Storm reached, beside a limit measured in the same run. */
export interface RowResult {
  row: number;
  metric: string;
  storm: string;
  limit: string;
  ratio: string;
  must: string;
  goal: string;
  verdict: Verdict;
  /** The figure as a share of the goal, 1 or more when reached; null where there is none. */
  reach: number | null;
  /** Where "must" lies on that scale; null where only a goal is set. */
  mustReach: number | null;
  notes?: string[];
}

export interface Row {
  /** The rows of the table that this program gives. */
  readonly gives: readonly number[];
  readonly title: string;
  run(lab: Lab): Promise<RowResult[]>;
}

export interface Figure {
  value: number;
  /** `higher`: must reach the figures. `lower`: must stay below. */
  sense: 'higher' | 'lower';
  /** Null where only a goal is set. */
  must: number | null;
  goal: number;
  unit?: string;
}

type Texts = Pick<RowResult, 'row' | 'metric' | 'storm'> &
  Partial<Pick<RowResult, 'limit' | 'ratio' | 'must' | 'goal' | 'notes'>>;

/** Holds a figure against "must" and "goal". */
export function judge(texts: Texts, { value, sense, must, goal, unit = '' }: Figure): RowResult {
  const share = (figure: number): number => (sense === 'higher' ? figure / goal : goal / figure);
  const reaches = (figure: number): boolean => (sense === 'higher' ? value >= figure : value <= figure);
  const sign = sense === 'higher' ? '>=' : '<=';
  const show = (figure: number): string => `${sign} ${figure.toLocaleString('en-US')}${unit}`;
  const verdict = reaches(goal) ? 'GOAL' : must === null || reaches(must) ? 'MUST' : 'FAIL';
  return {
    limit: '-',
    ratio: '-',
    must: must === null ? '-' : show(must),
    goal: show(goal),
    ...texts,
    verdict,
    reach: share(value),
    mustReach: must === null ? null : share(must),
  };
}

/** What this machine does not allow: said aloud, counted as skipped. */
export const skipped = (row: number, metric: string, reason: string): RowResult => ({
  row,
  metric,
  storm: '-',
  limit: '-',
  ratio: '-',
  must: '-',
  goal: '-',
  verdict: 'SKIP',
  reach: null,
  mustReach: null,
  notes: [`skipped: ${reason}`],
});
