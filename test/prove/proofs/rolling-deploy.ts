import { type Cast, createCast } from '../cast/lanes.ts';
import { Receiver } from '../cast/receiver.ts';
import { startTraffic } from '../cast/traffic.ts';
import { conclude } from '../history/conclude.ts';
import { percentile } from '../percentile.ts';
import type { Findings, Proof, ProofRun } from '../proof.ts';
import { sleep, waitUntil } from '../sleep.ts';
import { patchBug } from '../stage/patch-bug.ts';
import { startTcpProxy } from '../stage/tcp-proxy.ts';

const scales = {
  full: { sockets: 500, rounds: 10, restMs: 4_000, gapWithinMs: 2_000 },
  // Beside other tests on the same two cores: the figure is the full run's.
  slice: { sockets: 150, rounds: 1, restMs: 1_000, gapWithinMs: 6_000 },
  planted: { sockets: 60, rounds: 1, restMs: 500, gapWithinMs: 6_000 },
} as const;
/** What a drain says; anything else is an abnormal close. */
const goingAway = 1001;

/** For each socket, the longest time in which it could not hear anything. */
const longestGapMs = (receiver: Receiver): number => Math.max(...receiver.gapsMs);

async function openSockets(cast: Cast, count: number, urls: readonly string[]): Promise<Receiver[]> {
  const sockets = Array.from({ length: count }, (_, index) => {
    const conversationId = cast.conversationIds[index % cast.conversationIds.length] ?? '';
    return new Receiver({
      urls,
      person: cast.listener,
      conversationIds: [conversationId],
      ignoresOthers: true,
    });
  });
  for (let from = 0; from < count; from += 50) {
    await Promise.all(sockets.slice(from, from + 50).map((one) => one.start()));
  }
  return sockets;
}

async function run(context: ProofRun): Promise<Findings> {
  const { stage, random, scale, say } = context;
  const { sockets, rounds, restMs, gapWithinMs } = scales[scale];
  const gateways = stage.platform.processes.filter(({ name }) => name.startsWith('gateway'));
  const proxy = await startTcpProxy(gateways);
  const urls = [proxy.url];
  const cast = await createCast(stage.urls[0] ?? '', { senders: 10, people: 4, sharing: 2 });
  const receivers = await openSockets(cast, sockets, urls);
  const traffic = startTraffic({ urls, lanes: cast.lanes, random, pauseMs: 800 });
  try {
    await sleep(1_000);
    for (let round = 0; round < rounds; round++) {
      for (const gateway of random.shuffled(gateways)) {
        const startedAt = performance.now();
        gateway.kill('SIGTERM');
        await gateway.exited;
        const drainedMs = performance.now() - startedAt;
        await waitUntil(() => receivers.every(({ isOpen }) => isOpen), 10_000);
        const open = receivers.filter(({ isOpen }) => isOpen).length;
        await gateway.restart();
        await sleep(restMs);
        say(`${gateway.name} drained in ${Math.round(drainedMs)} ms, ${open} sockets open`);
      }
    }
    const sends = await traffic.stop();
    const { counts, faults } = await conclude(context, cast, sends, receivers);
    const closes = receivers.flatMap((one) => one.closes);
    // One that was never cut has no gap; of all rounds each was at a gateway that ended.
    const cut = receivers.filter(({ gapsMs }) => gapsMs.length > 0);
    const gaps = cut.map(longestGapMs);
    const p99 = percentile(gaps, 0.99);
    const serverErrors = [...traffic.statuses].filter(([status]) => status >= 500);
    return {
      counts: {
        ...counts,
        sockets,
        deploys: rounds * gateways.length,
        closes: closes.length,
        'longest gap p50, ms': Math.round(percentile(gaps, 0.5)),
        'longest gap p99, ms': Math.round(p99),
        'requests without an answer': traffic.statuses.get(0) ?? 0,
      },
      faults: {
        ...faults,
        serverErrors: serverErrors.reduce((sum, [, count]) => sum + count, 0),
        abnormalCloses: closes.filter(({ code }) => code !== goingAway).length,
        longGaps: p99 > gapWithinMs ? 1 : 0,
        tooFewCut: cut.length < sockets / 2 ? 1 : 0,
        stillAway: receivers.filter(({ isOpen }) => !isOpen).length,
      },
    };
  } finally {
    await traffic.stop();
    for (const one of receivers) one.stop();
    await proxy.stop();
  }
}

const noDrain = patchBug({
  name: 'no-drain',
  what: 'a gateway ends at once when it is told to stop',
  shows: ['abnormalCloses', 'serverErrors'],
  service: 'gateway',
  file: 'main.js',
  from: 'await run(log,',
  to: "process.once('SIGTERM', () => process.exit(0));\nawait run(log,",
});

export const rollingDeploy: Proof = {
  name: 'rolling-deploy',
  row: 5,
  promise:
    'gateways are replaced in turn behind a proxy, under 500 sockets and steady sends: nothing missed, no 5xx, no abnormal close, short gaps',
  bugs: [noDrain],
  stage: () => ({}),
  run,
};
