import { inStorm, kubectl } from '../kubectl.ts';
import { claimNamespace } from '../own-namespace.ts';
import { listPods } from '../pods.ts';
import type { Scene } from '../scene.ts';
import { waitUntil } from '../wait-until.ts';

const readyWithinSeconds = 120;

/** Applies the base to an empty namespace and waits as its document does. */
export async function apply({ report, baseUrl, root }: Scene): Promise<void> {
  report.title('kubectl apply -k infra/k8s/base');
  await claimNamespace();
  const startedAt = performance.now();
  await kubectl(['apply', '-k', `${root}/infra/k8s/base`]);
  const within = `--timeout=${readyWithinSeconds}s`;
  const isReady = await inStorm(['wait', '--for=condition=Ready', 'pods', '--all', within]).then(
    () => true,
    (error: Error) => report.line(error.message) as undefined,
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  const pods = await listPods();
  report.table([
    ['pod', 'ready', 'after', 'restarts'],
    ...pods.map((pod) => [
      pod.name,
      pod.isReady ? 'yes' : 'no',
      pod.readyAfterSeconds === null ? '-' : `${pod.readyAfterSeconds} s`,
      String(pod.restarts),
    ]),
  ]);
  report.check(
    isReady === true && seconds <= readyWithinSeconds,
    `from apply to every pod Ready ${seconds.toFixed(1)} s, at most ${readyWithinSeconds} s`,
  );
  report.check(
    pods.every(({ restarts }) => restarts === 0),
    'no container was restarted',
  );
  await waitUntil('the gateway behind its port', 10_000, async () => (await fetch(`${baseUrl}/health`)).ok);
  const health = await fetch(`${baseUrl}/health`);
  report.line(`GET ${baseUrl}/health: ${health.status} ${await health.text()}`);
}
