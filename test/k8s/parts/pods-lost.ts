import { inStorm } from '../kubectl.ts';
import { listPods, type Pod } from '../pods.ts';
import type { Scene } from '../scene.ts';
import { isFaultless, printTalk, registerTalkers, startTalk } from '../talk.ts';
import { sleep, waitUntil } from '../wait-until.ts';
import { createWholeness } from '../wholeness.ts';

const clients = 60;
const wholeWithinMs = 30_000;

/** Each pod in turn is taken away at once, a second after it was told, while clients talk. */
export async function podsLost({ report, baseUrl }: Scene): Promise<void> {
  report.title(`Every pod is lost once while ${clients} clients talk`);
  const wholeness = await createWholeness(baseUrl);
  const talk = await startTalk(baseUrl, await registerTalkers(baseUrl, clients));
  await sleep(3_000);
  const rows = [['lost', 'its successor ready after', 'whole again after that']];
  const slow: string[] = [];
  for (const pod of await listPods()) {
    const startedAt = performance.now();
    await inStorm(['delete', 'pod', pod.name, '--grace-period=1', '--wait=false']);
    const readyMs = await waitUntil(`the successor of ${pod.name}`, 120_000, () => hasSuccessor(pod));
    const wholeMs = await waitUntil('the platform to be whole', 120_000, () => wholeness.isWhole()).catch(
      (error: Error) => {
        throw new Error(`${error.message}; last: ${wholeness.lastFault}`, { cause: error });
      },
    );
    if (wholeMs > wholeWithinMs) slow.push(pod.app);
    rows.push([pod.app, `${seconds(readyMs)} s`, `${seconds(wholeMs)} s`]);
    report.line(
      `${pod.name}: ready ${seconds(readyMs)} s, whole ${seconds(wholeMs)} s (${seconds(performance.now() - startedAt)} s in all)`,
    );
    await sleep(3_000);
  }
  const result = await talk.end();
  report.table(rows);
  report.line(printTalk(result));
  report.check(slow.length === 0, `whole again within ${wholeWithinMs / 1_000} s of each pod`);
  report.check(isFaultless(result), 'lost 0, duplicated 0, missed 0, failed sends 0');
  report.check(await wholeness.hasKept(), 'the account, the message and the file from before are all there');
  await wholeness.close();
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

async function hasSuccessor(lost: Pod): Promise<boolean> {
  const pods = await listPods(`app.kubernetes.io/name=${lost.app}`);
  return (
    pods.every(({ uid }) => uid !== lost.uid) && pods.some(({ isReady, isEnding }) => isReady && !isEnding)
  );
}
