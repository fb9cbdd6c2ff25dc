import { readPodFigures } from '../pod-figures.ts';
import { listPods } from '../pods.ts';
import { press } from '../press.ts';
import type { Scene } from '../scene.ts';
import { sleep } from '../wait-until.ts';

const forMs = 40_000;
/** As many in flight as 20 senders with 16 each, and none of them above the 200 frames a second that a socket may send. */
const senders = 40;
const inFlight = 8;
const idleSockets = 5_000;
const sampleEveryMs = 5_000;
/** The kubelet reads the control groups this often at the latest. */
const readEveryMs = 16_000;
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

/** A load as heavy as the limits of the manifests let through, and what every pod held and used meanwhile. */
export async function limits({ report, baseUrl }: Scene): Promise<void> {
  report.title('Inside the limits, under load');
  await sleep(readEveryMs);
  const before = new Map((await readPodFigures()).map((one) => [one.pod, one]));
  const workingSet = new Map<string, number>();
  const anonymous = new Map<string, number>();
  const sample = async (): Promise<void> => {
    for (const { pod, workingSetBytes, anonymousBytes } of await readPodFigures()) {
      workingSet.set(pod, Math.max(workingSet.get(pod) ?? 0, workingSetBytes));
      anonymous.set(pod, Math.max(anonymous.get(pod) ?? 0, anonymousBytes));
    }
  };
  let isOver = false;
  const pressing = press({ baseUrl, senders, inFlight, idleSockets, forMs }).finally(() => {
    isOver = true;
  });
  const sampling = (async () => {
    while (!isOver) {
      await sample();
      await sleep(sampleEveryMs);
    }
  })();
  const [{ sent, acknowledged, perSecond, failed, closed }] = await Promise.all([pressing, sampling]);
  await sleep(readEveryMs);
  await sample();
  const after = await readPodFigures();
  const pods = await listPods();
  report.line(
    `${senders} senders with ${inFlight} in flight each, beside ${idleSockets} idle sockets, for ${forMs / 1_000} s: ` +
      `sent ${sent}, acknowledged ${acknowledged} (${perSecond.toFixed(0)}/s), failed ${failed}; ` +
      `closed ${[...closed].map(([code, count]) => `${code} x ${count}`).join(' ') || 'none'}`,
  );
  const rows = [
    [
      ...['pod', 'cold start', 'anonymous', 'working set', 'peak with files', 'CPU used', 'throttled'],
      ...['restarts', 'last end'],
    ],
  ];
  for (const figures of after.sort((a, b) => a.pod.localeCompare(b.pod))) {
    const start = before.get(figures.pod);
    const pod = pods.find(({ name }) => name === figures.pod);
    rows.push([
      figures.pod,
      `${pod?.readyAfterSeconds ?? '-'} s`,
      mebibytes(anonymous.get(figures.pod) ?? 0),
      mebibytes(workingSet.get(figures.pod) ?? 0),
      mebibytes(figures.peakBytes),
      `${(figures.cpuSeconds - (start?.cpuSeconds ?? 0)).toFixed(1)} s`,
      `${(figures.throttledSeconds - (start?.throttledSeconds ?? 0)).toFixed(1)} s`,
      String(pod?.restarts ?? '-'),
      pod?.lastEnd ?? '-',
    ]);
  }
  report.table(rows);
  report.check(failed === 0 && acknowledged > 0, 'every send was acknowledged');
  report.check(closed.size === 0, 'no socket was closed');
  report.check(after.length >= 10 && pods.every(({ restarts }) => restarts === 0), 'no OOM kill, no restart');
}
