import { AppReceiver } from '../cast/app-receiver.ts';
import { createCast, type Lane } from '../cast/lanes.ts';
import { keepSignedIn } from '../cast/person.ts';
import { Receiver } from '../cast/receiver.ts';
import { startTraffic, type Traffic } from '../cast/traffic.ts';
import { startUploading } from '../cast/upload-steadily.ts';
import { conclude } from '../history/conclude.ts';
import type { Findings, Proof, ProofRun, Scale } from '../proof.ts';
import type { Random } from '../random.ts';
import { sleep, within } from '../sleep.ts';
import { dropEvent, skipDedupe } from '../stage/bugs.ts';
import type { Stage } from '../stage/stage.ts';

const scales = {
  // A kill every 2-5 s until both are reached.
  full: { kills: 200, acknowledged: 100_000, everyMs: [2_000, 5_000], frozenMs: [500, 6_000], people: 20 },
  slice: { kills: 8, acknowledged: 0, everyMs: [300, 1_000], frozenMs: [500, 2_000], people: 4 },
  planted: { kills: 3, acknowledged: 0, everyMs: [300, 800], frozenMs: [500, 1_000], people: 4 },
} as const;
const ackWithinMs = 3_000;

interface Victim {
  readonly names: readonly string[];
  /** SIGSTOP, and SIGCONT after a while: it comes back with all that it had in hand, and believes in it. */
  readonly isFrozen?: boolean;
}

const killed = (...names: string[]): Victim => ({ names });
const frozen = (...names: string[]): Victim => ({ names, isFrozen: true });

/** Services and the servers under them. */
const victims: readonly Victim[] = [
  ...[
    'message',
    'gateway',
    'nats',
    'message-2',
    'postgres',
    'gateway-2',
    'redis',
    'user',
    'media',
    'minio',
  ].map((name) => killed(name)),
  killed('message', 'message-2'),
  ...['message', 'gateway-2', 'nats', 'postgres', 'minio'].map((name) => frozen(name)),
  frozen('message', 'message-2'),
];
const parts = ['nats', 'postgres', 'redis', 'minio'] as const;

async function strike(
  { platform }: Stage,
  { names, isFrozen = false }: Victim,
  frozenMs: number,
): Promise<void> {
  const processes = names.map((name) => {
    const part = parts.find((one) => one === name);
    return part === undefined ? platform.process(name) : platform.part(part);
  });
  if (isFrozen) {
    for (const one of processes) one.kill('SIGSTOP');
    await sleep(frozenMs);
    for (const one of processes) one.kill('SIGCONT');
    return;
  }
  for (const one of processes) one.kill('SIGKILL');
  await Promise.all(processes.map((one) => one.exited));
  await Promise.all(processes.map((one) => one.restart()));
}

const services = ['message', 'gateway', 'message-2', 'gateway-2'];

/** Every victim comes up once in each round, in an order of the seed; few have a message service among them for certain. */
function* drawVictims(random: Random, scale: Scale): Generator<Victim> {
  if (scale === 'slice') yield killed('message');
  const deck = scale === 'planted' ? services.map((name) => killed(name)) : victims;
  for (;;) yield* random.shuffled(deck);
}

/** `2 of 3`: a third of the kills and acknowledgements, with other victims than the first. */
function shareOf(part: string | undefined): number {
  const [, parts = '1'] = /^\d+ of (\d+)$/.exec(part ?? '1 of 1') ?? [];
  return Number(parts);
}

async function storm({ stage, random, scale, part, say }: ProofRun, traffic: Traffic) {
  const { everyMs, frozenMs } = scales[scale];
  const kills = Math.ceil(scales[scale].kills / shareOf(part));
  const acknowledged = scales[scale].acknowledged / shareOf(part);
  const draw = drawVictims(random.of(`victims ${part ?? ''}`), scale);
  const firstAcksMs: number[] = [];
  let done = 0;
  while (done < kills || traffic.acknowledged < acknowledged) {
    await sleep(random.between(everyMs[0], everyMs[1]));
    const victim = draw.next().value as Victim;
    await strike(stage, victim, random.between(frozenMs[0], frozenMs[1]));
    const restartedAt = performance.now();
    await within(traffic.nextAck(), 30_000);
    if (victim.names.includes('message') || victim.names.includes('message-2'))
      firstAcksMs.push(performance.now() - restartedAt);
    done++;
    if (scale !== 'full' || done % 10 === 0)
      say(
        `${done} struck (${victim.names.join(' and ')}${victim.isFrozen ? ' frozen' : ''}), ${traffic.acknowledged} acknowledged`,
      );
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
  const uploading = startUploading(stage.urls, cast.lanes[0] as Lane, random.of('uploads'));
  try {
    const { kills, firstAcksMs } = await storm(context, traffic);
    const sends = await traffic.stop();
    await uploading.stop();
    const lostUploads = await uploading.countLost(10_000);
    const { counts, faults } = await conclude(context, cast, sends, receivers);
    if (firstAcksMs.length === 0) throw new Error('no message service was killed');
    const slowest = Math.max(...firstAcksMs);
    return {
      counts: {
        'kills and freezes': kills,
        ...counts,
        'uploads acknowledged': uploading.acknowledged,
        'slowest first ack after a restart, ms': Math.round(slowest),
      },
      faults: { ...faults, lostUploads, lateFirstAck: firstAcksMs.filter((ms) => ms > ackWithinMs).length },
    };
  } finally {
    endSessions();
    await Promise.all([traffic.stop(), uploading.stop()]);
    for (const one of receivers) await one.stop();
  }
}

export const killStorm: Proof = {
  name: 'kill-storm',
  row: 1,
  promise:
    '20 senders try until acknowledged, under the same key, while SIGKILL and SIGSTOP take random services and the servers under them; files are uploaded all the while',
  bugs: [skipDedupe, dropEvent],
  stage: () => ({ services: ['gateway', 'user', 'message', 'media'] }),
  run,
};
