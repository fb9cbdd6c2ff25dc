import { randomInt } from 'node:crypto';
import { playOn } from './play-proof.ts';
import { printResult } from './print-result.ts';
import type { Proof } from './proof.ts';
import { type Stage, startStage } from './stage/stage.ts';

const patienceMs = 240_000;

/** A slice of the proof, then each of its bugs, on one platform. */
export async function testProof(proof: Proof): Promise<void> {
  const reason = (await proof.impossible?.()) ?? null;
  describe(proof.name, () => {
    if (reason !== null) {
      it.skip(`cannot be played here: ${reason}`, () => undefined);
      return;
    }
    let stage: Stage;
    beforeAll(async () => {
      stage = await startStage(proof.stage('slice'));
    }, patienceMs);
    afterAll(() => stage?.stop(), patienceMs);
    const seed = randomInt(1, 2 ** 31);
    const say = (line: string): void => void process.stderr.write(`  ${proof.name}: ${line}\n`);

    it(
      proof.promise,
      async () => {
        const result = await playOn(stage, { proof, scale: 'slice', seed, say });
        say(printResult(result));
        const found = Object.entries(result.faults).filter(([, count]) => count > 0);
        expect({ found: Object.fromEntries(found), verdict: result.verdict }).toEqual({
          found: {},
          verdict: 'PASS',
        });
      },
      patienceMs,
    );

    it.each(proof.bugs.map((bug) => [bug.what, bug] as const))(
      'turns red when %s',
      async (_what, bug) => {
        const result = await playOn(stage, { proof, scale: 'planted', seed, bug, say });
        say(printResult(result));
        expect(result).toMatchObject({ verdict: 'FAIL', isCaught: true });
      },
      patienceMs,
    );
  });
}
