import { jetstreamManager } from '@nats-io/jetstream';
import { decodeCursor, encodeCursor, eventStream, type StreamPosition } from '@storm/contracts';
import { AppReceiver } from '../cast/app-receiver.ts';
import { askHello } from '../cast/ask-hello.ts';
import { type Cast, createCast } from '../cast/lanes.ts';
import { Receiver } from '../cast/receiver.ts';
import { startTraffic } from '../cast/traffic.ts';
import { conclude } from '../history/conclude.ts';
import { readHistory } from '../history/read-history.ts';
import type { Findings, Proof, ProofRun } from '../proof.ts';
import type { Random } from '../random.ts';
import { sleep } from '../sleep.ts';
import { noReplay } from '../stage/bugs.ts';
import { connectNats } from '../stage/connect-nats.ts';
import { patchBug } from '../stage/patch-bug.ts';
import type { Stage } from '../stage/stage.ts';
import { type ConnectionFate, startTcpProxy } from '../stage/tcp-proxy.ts';

const scales = {
  full: { forMs: 180_000, sockets: 40 },
  slice: { forMs: 8_000, sockets: 12 },
  planted: { forMs: 4_000, sockets: 8 },
} as const;

/** A client that was cut off again and again comes back after 15 s, and has thousands of messages to be given. */
const backWithinMs = { full: 30_000, slice: 30_000, planted: 2_500 } as const;

const drawFate = (random: Random): ConnectionFate => {
  const bytes = 300 + Math.floor(random.next() ** 2 * 60_000);
  return random.int(4) === 0 ? { stallAfterBytes: bytes } : { cutAfterBytes: bytes };
};

/** Every kind of cursor that cannot be followed, and the reason that must be told. */
async function askWithBadCursors(stage: Stage, cast: Cast, good: string, random: Random) {
  const position = decodeCursor(good);
  if (position === null) throw new Error(`not a cursor: ${good}`);
  const at = (over: Partial<StreamPosition>): string => encodeCursor({ ...position, ...over });
  const connection = await connectNats(stage, 'message');
  try {
    const { streams } = await jetstreamManager(connection);
    // What a week does: the oldest events leave.
    await streams.update(eventStream.name, { max_msgs: 20 });
    await streams.update(eventStream.name, { max_msgs: -1 });
  } finally {
    await connection.close();
  }
  const cases: [cursor: string, reason: string][] = [
    [at({ sequence: 1, timeMs: position.timeMs - 60_000 }), 'too-old'],
    [at({ sequence: 1 + random.int(5) }), 'too-old'],
    [at({ epoch: 'k2j3h4' }), 'epoch'],
    [at({ epoch: '0', sequence: 0, timeMs: 0 }), 'epoch'],
    [at({ sequence: position.sequence + 1_000_000 }), 'past-end'],
    [at({ timeMs: position.timeMs + 1 }), 'past-end'],
    ['not-a-cursor', 'invalid'],
    [`${good}.1.${random.int(9)}`, 'invalid'],
    [at({ sequence: 1 + random.int(5), part: 1 }), 'too-old'],
    [at({ timeMs: position.timeMs + 1, part: 1 }), 'past-end'],
  ];
  let untold = 0;
  for (const [index, [cursor, reason]] of cases.entries()) {
    const url = stage.urls[index % stage.urls.length] ?? '';
    const { frames } = await askHello(url, cast.listener.token, cursor);
    if (!frames.some((frame) => frame.type === 'resync' && frame.reason === reason)) untold++;
  }
  return { asked: cases.length, untold };
}

/** Whether each application knows exactly what a fresh look at the history gives. */
async function countDifferentStates(stage: Stage, cast: Cast, apps: readonly AppReceiver[]): Promise<number> {
  let different = 0;
  for (const conversationId of cast.conversationIds) {
    const fresh = await readHistory(stage.urls[0] ?? '', cast.listener, conversationId);
    const wanted = fresh.map(({ seq, id }) => `${seq} ${id}`).join();
    for (const { given, fetched } of apps) {
      const known = new Map([...fetched, ...given].map((one) => [one.id, one]));
      const own = [...known.values()].filter((one) => one.conversationId === conversationId);
      const state = own.sort((a, b) => a.seq - b.seq).map(({ seq, id }) => `${seq} ${id}`);
      if (state.join() !== wanted) different++;
    }
  }
  return different;
}

async function run(context: ProofRun): Promise<Findings> {
  const { stage, random, scale, say } = context;
  const { forMs, sockets } = scales[scale];
  const proxy = await startTcpProxy(
    stage.platform.processes.filter(({ name }) => name.startsWith('gateway')),
  );
  const cast = await createCast(stage.urls[0] ?? '', { senders: 8, people: 4, sharing: 2 });
  const { listener: person, conversationIds } = cast;
  const urls = [proxy.url];
  const raw = Array.from(
    { length: sockets },
    () => new Receiver({ urls, person, conversationIds, fetchFrom: stage.urls }),
  );
  const apps = [1, 2].map(() => new AppReceiver(urls, person, conversationIds));
  const receivers = [...raw, ...apps];
  await Promise.all(receivers.map((one) => one.start()));
  const fates = random.of('fates');
  proxy.decide(() => drawFate(fates));
  proxy.cutAll();
  const traffic = startTraffic({ urls: stage.urls, lanes: cast.lanes, random, pauseMs: 40 });
  try {
    for (let second = 0; second * 2_000 < forMs; second++) {
      await sleep(2_000);
      if (scale !== 'full' || second % 10 === 0)
        say(`${proxy.cuts} cut, ${proxy.stalls} half-open, ${traffic.acknowledged} acknowledged`);
    }
    const { cuts, stalls } = proxy;
    // Whoever is half-open now is let go, and everyone may catch up.
    proxy.decide(() => ({}));
    proxy.cutAll();
    const sends = await traffic.stop();
    const { counts, faults } = await conclude(context, cast, sends, receivers, backWithinMs[scale]);
    const stateDiffers = await countDifferentStates(stage, cast, apps);
    const resyncs = raw.reduce((sum, one) => sum + one.resyncs.length, 0);
    const { asked, untold } = await askWithBadCursors(stage, cast, raw[0]?.cursor ?? '', random);
    return {
      counts: {
        ...counts,
        sockets: receivers.length,
        cuts,
        'half-open': stalls,
        'cursors that cannot be followed': asked,
      },
      faults: { ...faults, needlessResyncs: resyncs, stateDiffers, untold },
    };
  } finally {
    await traffic.stop();
    for (const one of receivers) await one.stop();
    await proxy.stop();
  }
}

const foreignEpoch = patchBug({
  name: 'ignore-epoch',
  what: 'a gateway follows a cursor of another stream',
  shows: ['untold'],
  service: 'gateway',
  file: 'realtime/judge-cursor.js',
  from: "return 'epoch';",
  to: ';',
});

export const resume: Proof = {
  name: 'resume',
  row: 4,
  promise:
    'sockets cut at random bytes and half-open ones resume with nothing missed or twice; a cursor that cannot be followed is told so',
  bugs: [noReplay, foreignEpoch],
  stage: () => ({ env: { gateway: { SOCKET_HEARTBEAT_MS: '1500' } } }),
  run,
};
