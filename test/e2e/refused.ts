import { StormProblem } from '@storm/client';

/** The problem that a call ends with. @throws when it works, or fails in any other way */
export async function refused(call: Promise<unknown>): Promise<StormProblem> {
  let answer: unknown;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof StormProblem) return error;
    throw error;
  }
  throw new Error(`expected a problem, got ${JSON.stringify(answer)}`);
}
