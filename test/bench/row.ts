/** One line of the table: what Storm reached, beside a limit measured in the same run. */
export interface RowResult {
  row: number;
  metric: string;
  storm: string;
  limit: string;
  ratio: string;
  must: string;
  goal: string;
  verdict: 'GOAL' | 'MUST' | 'FAIL' | 'SKIP';
  notes?: string[];
}

export interface BenchContext {
  quick: boolean;
  say(line: string): void;
}

export interface Row {
  readonly number: number;
  readonly title: string;
  run(context: BenchContext): Promise<RowResult[]>;
}

/** `higher`: the ratio must reach the figure. `lower`: it must stay below. */
export function judge(
  value: number,
  sense: 'higher' | 'lower',
  must: number,
  goal: number,
): RowResult['verdict'] {
  const reaches = (figure: number): boolean => (sense === 'higher' ? value >= figure : value <= figure);
  return reaches(goal) ? 'GOAL' : reaches(must) ? 'MUST' : 'FAIL';
}
