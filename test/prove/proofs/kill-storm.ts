import { AppReceiver } from '../cast/app-receiver.ts';
import { createCast } from '../cast/lanes.ts';
import { keepSignedIn } from '../cast/person.ts';
import { Receiver } from '../cast/receiver.ts';
import { startTraffic, type Traffic } from '../cast/traffic.ts';
import { conclude } from '../history/conclude.ts';
import type { Findings, Proof, ProofRun } from '../proof.ts';
import type { Random } from '../random.ts';
import { sleep, within } from '../sleep.ts';
import { dropEvent, skipDedupe } from '../stage/bugs.ts';
import type { Stage } from '../stage/stage.ts';

const scales = {
  // A kill every 2-5 s until both are reached.
  full: { kills: 200, acknowledged: 100_000, everyMs: [2_000, 5_000], people: 20 },
  slice: { kills: 6, acknowledged: 0, everyMs: [300, 1_000], people: 4 },
  planted: { kills: 3, acknowledged: 0, everyMs: [300, 800], people: 4 },
} as const;
const ackWithinMs = 3_000;

/** Services and the servers under them; killed with nothing but SIGKILL. */
const victims = [
  'message',
  'gateway',
  'nats',
  'message-2',
  'postgres',
  'gateway-2',
  'both message',
  'redis',
  'user',
];

async function killAndRestart({ platform }: Stage, victim: string): Promise<void> {
  const names = victim === 'both message' ? ['message', 'message-2'] : [victim];
  const processes = names.map((name) =>
    name === 'nats' || name === 'postgres' || name === 'redis' ? platform.part(name) : platform.process(name),
  );
  for (const one of processes) one.kill('SIGKILL');
  await Promise.all(processes.map((one) => one.exited));
  await Promise.all(processes.map((one) => one.restart()));
}

/** Every victim comes up once in each round, in an order of the seed. */
function* drawVictims(random: Random, planted: boolean): Generator<string> {
  const deck = planted ? ['message', 'gateway', 'message-2', 'gateway-2'] : victims;
  for (;;) yield* random.shuffled(deck);
}

/** `2 of 3`: a third of the kills and acknowledgements, with other victims than the first. */
function shareOf(part: string | undefined): number {
  const [, parts = '1'] = /^\d+ of (\d+)$/.exec(part ?? '1 of 1') ?? [];
  return Number(parts);
}

async function storm({ stage, random, scale, part, say }: ProofRun, traffic: Traffic) {
  const { everyMs } = scales[scale];
  const kills = Math.ceil(scales[scale].kills / shareOf(part));
  const acknowledged = scales[scale].acknowledged / shareOf(part);
  const draw = drawVictims(random.of(`victims ${part ?? ''}`), scale === 'planted');
  const firstAcksMs: number[] = [];
  let done = 0;
  while (done < kills || traffic.acknowledged < acknowledged) {
    await sleep(random.between(everyMs[0], everyMs[1]));
    const victim = draw.next().value as string;
    await killAndRestart(stage, victim);
    const restartedAt = performance.now();
    await within(traffic.nextAck(), 30_000);
    if (victim.includes('message')) firstAcksMs.push(performance.now() - restartedAt);
    done++;
    if (scale !== 'full' || done % 10 === 0)
      say(`${done} kills (${victim}), ${traffic.acknowledged} acknowledged`);
  }
  await sleep(everyMs[1]);
  return { kills: done, firstAcksMs };
}

async function run(context: ProofRun): Promise<Findings> {
  const { stage, random, scale } = context;
  const cast = await createCast(stage.urls[0] ?? '', { senders: 20, people: scales[scale].people });
  const { listener: person, conversationIds } = cast;
  const receivers = [
    new Receiver({ urls: stage.urls, person, conversationIds }),
    new Receiver({ urls: [...stage.urls].reverse(), person, conversationIds }),
    new AppReceiver(stage.urls, person, conversationIds),
  ];
  await Promise.all(receivers.map((one) => one.start()));
  const endSessions = keepSignedIn(stage.urls, cast.people);
  const traffic = startTraffic({
    urls: stage.urls,
    lanes: cast.lanes,
    random,
    pauseMs: scale === 'full' ? 100 : 0,
  });
  try {
    const { kills, firstAcksMs } = await storm(context, traffic);
    const sends = await traffic.stop();
    const { counts, faults } = await conclude(context, cast, sends, receivers);
    if (firstAcksMs.length === 0) throw new Error('no message service was killed');
    const slowest = Math.max(...firstAcksMs);
    return {
      counts: { kills, ...counts, 'slowest first ack after a restart, ms': Math.round(slowest) },
      faults: { ...faults, lateFirstAck: firstAcksMs.filter((ms) => ms > ackWithinMs).length },
    };
  } finally {
    endSessions();
    await traffic.stop();
    for (const one of receivers) await one.stop();
  }
}

export const killStorm: Proof = {
  name: 'kill-storm',
  row: 1,
  promise:
    '20 senders try until acknowledged, under the same key, while SIGKILL takes random services and the servers under them',
  bugs: [skipDedupe, dropEvent],
  stage: () => ({}),
  run,
};
