import { closeCodes } from '@storm/contracts';
import { serviceNames } from '../images.ts';
import { inStorm } from '../kubectl.ts';
import { listPods } from '../pods.ts';
import type { Scene } from '../scene.ts';
import { isFaultless, printTalk, registerTalkers, startTalk, type TalkResult } from '../talk.ts';
import { sleep } from '../wait-until.ts';
import { watchEnds } from '../watch-ends.ts';

const clients = 100;
const drainMs = 8_000;
const deployments = [...serviceNames.map((name) => `deployment/${name}-service`), 'deployment/redis'];

/** Every Deployment is replaced while 100 clients talk. */
export const rolling = (scene: Scene): Promise<void> =>
  during(scene, 'A rolling restart of every Deployment', async (deployment) => {
    await inStorm(['rollout', 'restart', deployment]);
  });

/** Every Deployment goes back to what it was before. */
export const rollback = (scene: Scene): Promise<void> =>
  during(scene, 'A rollback of every Deployment', async (deployment) => {
    await inStorm(['rollout', 'undo', deployment]);
  });

async function during(
  { report, baseUrl }: Scene,
  title: string,
  change: (deployment: string) => Promise<void>,
): Promise<void> {
  report.title(`${title} while ${clients} clients talk`);
  const talk = await startTalk(baseUrl, await registerTalkers(baseUrl, clients));
  await sleep(3_000);
  const before = new Set((await listPods()).map(({ uid }) => uid));
  const watch = watchEnds();
  const rows = [['deployment', 'replaced in', 'new pod ready after', 'longest send meanwhile']];
  try {
    for (const deployment of deployments) {
      const startedAt = performance.now();
      await change(deployment);
      await inStorm(['rollout', 'status', deployment, '--timeout=120s']);
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
      const name = deployment.split('/')[1] ?? '';
      const fresh = (await listPods(`app.kubernetes.io/name=${name}`)).find(({ uid }) => !before.has(uid));
      // The old pod still drains.
      await sleep(drainMs);
      const longest = `${talk.longestSince(startedAt).toFixed(0)} ms`;
      rows.push([name, `${seconds} s`, `${fresh?.readyAfterSeconds ?? '-'} s`, longest]);
    }
  } finally {
    watch.stop();
  }
  const result = await talk.end();
  report.table(rows);
  report.table([
    ['pod that went', 'ended in', 'exit code'],
    ...watch.ends.map(({ pod, seconds, exitCode }) => [pod, `${seconds} s`, String(exitCode)]),
  ]);
  report.line(printTalk(result));
  report.check(isFaultless(result), 'failed sends 0, lost 0, duplicated 0, missed 0');
  report.check(abnormalCloses(result) === 0, `abnormal closes ${abnormalCloses(result)}`);
  report.check(
    watch.ends.length >= serviceNames.length && watch.ends.every(({ exitCode }) => exitCode === 0),
    `each pod drained by itself, within its 30 s`,
  );
}

const abnormalCloses = ({ closes }: TalkResult): number =>
  [...closes].reduce((sum, [code, count]) => (code === closeCodes.goingAway.code ? sum : sum + count), 0);
