import { findControlGroupFault } from '../../limits/control-group.ts';
import { type Cast, createCast } from '../cast/lanes.ts';
import { type Person, registerPeople, startGroup } from '../cast/person.ts';
import { Receiver } from '../cast/receiver.ts';
import { startTraffic } from '../cast/traffic.ts';
import { conclude } from '../history/conclude.ts';
import type { SendRecord } from '../history/records.ts';
import { percentile } from '../percentile.ts';
import type { Findings, Proof, ProofRun } from '../proof.ts';
import { sleep, waitUntil } from '../sleep.ts';
import { patchBug } from '../stage/patch-bug.ts';
import type { Stage } from '../stage/stage.ts';
import type { Attack, Field } from './limits/attack.ts';
import { loginBursts } from './limits/burst-logins.ts';
import { endlessFragments, patientHoarders } from './limits/hoard-fragments.ts';
import { stalledReaders } from './limits/read-nothing.ts';
import { imageBombs, largeUploads } from './limits/upload-heavily.ts';
import { watchMemory } from './limits/watch-memory.ts';

const scales = {
  full: {
    calmMs: 20_000,
    eachMs: 20_000,
    attackMs: 60_000,
    strength: 60,
    slower: 2,
    floorMs: 100,
    mostMiB: 110,
  },
  // Beside other tests on the same two cores, whose bursts cost seconds: the figure is the full run's.
  slice: {
    calmMs: 5_000,
    eachMs: 0,
    attackMs: 12_000,
    strength: 60,
    slower: 8,
    floorMs: 6_000,
    mostMiB: 110,
  },
  planted: {
    calmMs: 1_000,
    eachMs: 0,
    // At most: it ends when the bug has shown.
    attackMs: 40_000,
    strength: 120,
    slower: 8,
    floorMs: 3_000,
    mostMiB: 110,
  },
} as const;

const attacks: readonly Attack[] = [
  endlessFragments,
  patientHoarders,
  stalledReaders,
  loginBursts,
  largeUploads,
  imageBombs,
];

/** The last part: all of them. */
const together = 'all at once';

/** What the memory limit has ended starts again, as in the deployment; it counts as ended all the same. */
async function restartEnded({ platform }: Stage): Promise<number> {
  const ended = platform.processes.filter(({ isRunning }) => !isRunning);
  await Promise.all(ended.map((one) => one.restart()));
  return ended.length;
}

/** Lasts `forMs`, or until `isShown`. */
async function attack(
  { say }: ProofRun,
  field: Field,
  wanted: readonly Attack[],
  forMs: number,
  isShown: () => boolean,
) {
  const running = await Promise.all(wanted.map((one) => one.start(field)));
  await waitUntil(isShown, forMs);
  await Promise.all(running.map((one) => one.stop()));
  for (const [index, { name }] of wanted.entries()) say(`${name}: ${running[index]?.strikes} times`);
  return running.filter(({ strikes }) => strikes === 0).length;
}

async function run(context: ProofRun): Promise<Findings> {
  const { stage, random, scale, part, say } = context;
  const { calmMs, eachMs, attackMs, strength, slower, floorMs, mostMiB } = scales[scale];
  const { urls } = stage;
  const cast: Cast = await createCast(urls[0] ?? '', { senders: 8, people: 4, sharing: 2 });
  const { listener: person, conversationIds } = cast;
  const [attacker, victim] = (await registerPeople(urls[0] ?? '', 2)) as [Person, Person];
  const conversationId = await startGroup(urls[0] ?? '', attacker, [victim]);
  const receiver = new Receiver({ urls, person, conversationIds });
  await receiver.start();
  const memory = watchMemory(stage, mostMiB);
  /** What a planted bug leads to. */
  const isShown = (): boolean => scale === 'planted' && memory.countOver() + memory.countOomKills() > 0;
  const sends: SendRecord[] = [];
  const during = async (name: string, happens: Promise<unknown>): Promise<number> => {
    const talk = { urls, lanes: cast.lanes, random: random.of(name), pauseMs: 100 };
    const traffic = startTraffic(talk);
    await happens;
    sends.push(...(await traffic.stop()));
    return percentile(traffic.latenciesMs, 0.99);
  };
  try {
    const calmP99 = await during('calm', sleep(calmMs));
    // All at one gateway: the other one shows how its neighbours fare.
    const field = { urls: urls.slice(-1), cast, attacker, conversationId, strength };
    const wanted = attacks.filter(({ name }) => part === undefined || part === together || name === part);
    let unplayed = 0;
    let slowHealthy = 0;
    let worstP99 = 0;
    const judge = async (name: string, of: readonly Attack[], forMs: number): Promise<void> => {
      const p99 = await during(
        name,
        attack(context, field, of, forMs, isShown).then((count) => {
          unplayed += count;
        }),
      );
      worstP99 = Math.max(worstP99, p99);
      if (p99 > Math.max(slower * calmP99, floorMs)) slowHealthy++;
      say(`${name}: p99 of healthy sends ${p99.toFixed(0)} ms; peaks ${memory.describe()} MiB`);
    };
    if (eachMs > 0 && part !== together) for (const one of wanted) await judge(one.name, [one], eachMs);
    await judge(together, wanted, attackMs);
    const servicesEnded = await restartEnded(stage);
    const oomKills = memory.countOomKills();
    const { counts, faults } = await conclude(context, cast, sends, [receiver]);
    return {
      counts: {
        ...counts,
        attacks: wanted.length,
        'peaks, MiB': memory.describe(),
        'p99 of healthy sends, ms': `${calmP99.toFixed(0)} calm, ${worstP99.toFixed(0)} at worst`,
      },
      faults: { ...faults, oomKills, overMemory: memory.countOver(), servicesEnded, unplayed, slowHealthy },
    };
  } finally {
    memory.stop();
    receiver.stop();
  }
}

const noInboundBudget = patchBug({
  name: 'no-inbound-budget',
  what: 'each socket of a gateway has its limit, and all together have none',
  shows: ['oomKills', 'overMemory'],
  in: patientHoarders.name,
  service: 'gateway',
  file: 'sockets/inbound-budget.js',
  from: 'account(from, from.unfinishedBytes + bytes);',
  to: 'return;',
});

const decodesAnything = patchBug({
  name: 'decodes-anything',
  what: 'the media service decodes a picture whatever memory it takes',
  shows: ['oomKills', 'overMemory'],
  in: imageBombs.name,
  service: 'media',
  file: 'pictures/draw-picture.js',
  from: 'const maxDecodeBytes = 43_000_000;',
  to: 'const maxDecodeBytes = 4_000_000_000;',
});

export const limits: Proof = {
  name: 'limits',
  row: 6,
  promise:
    'inside the memory and CPU of the deployment nothing is killed and nobody else waits long, whatever hoarders, login bursts, large uploads, image bombs and stalled readers do',
  bugs: [noInboundBudget, decodesAnything],
  stage: (scale) => ({
    isLimited: true,
    // As deployed: it is what hoarders meet who come again and again. A planted bug must show without it.
    ...(scale === 'planted' ? {} : { env: { gateway: { LIMIT_ADDRESS_PER_10S: '500' } } }),
    services: ['gateway', 'user', 'message', 'media', 'notification'],
  }),
  impossible: findControlGroupFault,
  run,
};
