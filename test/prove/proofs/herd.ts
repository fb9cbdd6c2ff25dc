import { type Cast, createCast } from '../cast/lanes.ts';
import { Receiver } from '../cast/receiver.ts';
import { startTraffic } from '../cast/traffic.ts';
import { conclude } from '../history/conclude.ts';
import { percentile } from '../percentile.ts';
import type { Findings, Proof, ProofRun } from '../proof.ts';
import { waitUntil } from '../sleep.ts';
import { patchBug } from '../stage/patch-bug.ts';
import type { Stage } from '../stage/stage.ts';
import { startTcpProxy } from '../stage/tcp-proxy.ts';
import { readSlowly } from './read-slowly.ts';

const scales = {
  full: { sockets: 2_000, herds: 5 },
  slice: { sockets: 400, herds: 1 },
  planted: { sockets: 120, herds: 1 },
} as const;
const backWithinMs = 10_000;
const heartbeatMs = 5_000;

async function openSockets(cast: Cast, count: number, urls: readonly string[]): Promise<Receiver[]> {
  const sockets = Array.from({ length: count }, (_, index) => {
    const conversationId = cast.conversationIds[index % cast.conversationIds.length] ?? '';
    const person = cast.people[index % cast.people.length] ?? cast.listener;
    const conversationIds = person === cast.listener ? [conversationId] : [];
    return new Receiver({ urls, person, conversationIds, ignoresOthers: true });
  });
  for (let from = 0; from < count; from += 100) {
    await Promise.all(sockets.slice(from, from + 100).map((one) => one.start()));
  }
  return sockets;
}

/** All are cut at the same moment, something is said, and all come back at once. @returns how long each was away. */
async function stampede(context: ProofRun, cast: Cast, receivers: readonly Receiver[], cut: () => void) {
  const { stage, random } = context;
  const before = receivers.map(({ readyAtMs }) => readyAtMs);
  const cutAt = performance.now();
  cut();
  const traffic = startTraffic({ urls: stage.urls, lanes: cast.lanes, random, pauseMs: 200 });
  const isBack = (one: Receiver, index: number): boolean =>
    one.isOpen && one.readyAtMs > (before[index] ?? 0);
  await waitUntil(() => receivers.every(isBack), backWithinMs * 2);
  const sends = await traffic.stop();
  return {
    sends,
    awayMs: receivers.map((one, index) => (isBack(one, index) ? one.readyAtMs - cutAt : Infinity)),
  };
}

/** SIGTERM: everyone is sent away with 1001 and a time of his own to come back. */
async function drain(stage: Stage, receivers: readonly Receiver[]) {
  const gateway = stage.platform.process('gateway-2');
  const since = performance.now();
  const listCloses = () => receivers.flatMap((one) => one.closes).filter(({ atMs }) => atMs >= since);
  gateway.kill('SIGTERM');
  await gateway.exited;
  // It may be gone before its last words have come through the proxy to every socket.
  await waitUntil(() => listCloses().length >= receivers.length / 4, 5_000);
  await waitUntil(() => receivers.every((one) => one.isOpen), 10_000);
  const closes = listCloses();
  const hints = closes.filter(({ code }) => code === 1001).map(({ reason }) => Number(reason));
  await gateway.restart();
  const spread = new Set(hints).size;
  return {
    closes: closes.length,
    unhinted: closes.length - hints.filter(Number.isInteger).length,
    // A hundred that are told the same moment are a herd again.
    bunched: hints.length > 50 && spread < hints.length / 10 ? 1 : 0,
  };
}

async function run(context: ProofRun): Promise<Findings> {
  const { stage, scale, say } = context;
  const { sockets, herds } = scales[scale];
  const proxy = await startTcpProxy(
    stage.platform.processes.filter(({ name }) => name.startsWith('gateway')),
  );
  const cast = await createCast(stage.urls[0] ?? '', { senders: 8, people: 4, sharing: 2 });
  const receivers = await openSockets(cast, sockets, [proxy.url]);
  say(`${sockets} sockets are open`);
  try {
    const sends = [];
    const away: number[] = [];
    for (let herd = 1; herd <= herds; herd++) {
      const { sends: said, awayMs } = await stampede(context, cast, receivers, proxy.cutAll);
      sends.push(...said);
      away.push(...awayMs);
      say(`herd ${herd}: the last one was back after ${Math.round(Math.max(...awayMs))} ms`);
    }
    const { counts, faults } = await conclude(context, cast, sends, receivers);
    const slow = await readSlowly(stage);
    say(`the slow reader was cut with ${slow.code}`);
    const beforeBeats = receivers.map(({ heartbeats }) => heartbeats);
    const countSilent = (): number =>
      receivers.filter((one, index) => one.heartbeats === beforeBeats[index]).length;
    // A busy machine gives each its turn later; a peer that is not heard of for 2.5 heartbeats is gone for a client.
    if (scale !== 'planted') await waitUntil(() => countSilent() === 0, heartbeatMs * 2.5);
    const silent = countSilent();
    const drained = await drain(stage, receivers);
    return {
      counts: {
        ...counts,
        sockets,
        herds,
        'back p50, ms': Math.round(percentile(away, 0.5)),
        'back at the latest, ms': Math.round(Math.max(...away)),
        'closed by a drain': drained.closes,
      },
      faults: {
        ...faults,
        lateBack: away.filter((ms) => ms > backWithinMs).length,
        slowReaderNotCut: slow.code === 4409 ? 0 : 1,
        slowReaderMissed: slow.missed,
        withoutHeartbeat: scale === 'planted' ? 0 : silent,
        // By turns: half of them were there.
        tooFewDrained: drained.closes < sockets / 4 ? 1 : 0,
        drainedWithoutHint: drained.unhinted,
        drainedTogether: drained.bunched,
      },
    };
  } finally {
    for (const one of receivers) one.stop();
    await proxy.stop();
  }
}

const neverCut = patchBug({
  name: 'slow-reader-stays',
  what: 'a gateway keeps for a slow reader whatever it does not take',
  shows: ['slowReaderNotCut'],
  service: 'gateway',
  file: 'sockets/outbox-group.js',
  from: 'if (!box.isClosed && box.pendingBytes > this.#limits.maxBytes)',
  to: 'if (false)',
});

const sameHint = patchBug({
  name: 'same-hint',
  what: 'a draining gateway tells all sockets to come back at the same moment',
  shows: ['drainedTogether'],
  service: 'gateway',
  file: 'sockets/register-sockets.js',
  from: 'Math.floor(Math.random() * spreadMs)',
  to: '100',
});

export const herd: Proof = {
  name: 'herd',
  row: null,
  promise:
    '2,000 sockets cut at once are back, resumed and live in 10 s; slow readers are cut with a code and resume; a drain spreads its sockets; heartbeats come',
  bugs: [neverCut, sameHint],
  stage: () => ({ env: { gateway: { SOCKET_HEARTBEAT_MS: String(heartbeatMs) } } }),
  run,
};
