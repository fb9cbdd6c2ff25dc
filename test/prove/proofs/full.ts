import { apiPrefix, type Media } from '@storm/contracts';
import { call } from '../cast/call.ts';
import { type Cast, createCast } from '../cast/lanes.ts';
import { Receiver } from '../cast/receiver.ts';
import { startTraffic, type Traffic } from '../cast/traffic.ts';
import { isThere } from '../cast/upload.ts';
import { conclude } from '../history/conclude.ts';
import { readStored } from '../history/read-stored.ts';
import type { SendRecord } from '../history/records.ts';
import type { Findings, Proof, ProofRun } from '../proof.ts';
import { sleep, waitUntil } from '../sleep.ts';
import { findMountFault } from '../stage/capped-volume.ts';
import { startKubelet } from '../stage/kubelet.ts';
import { patchBug } from '../stage/patch-bug.ts';
import { type Shortage, shortages } from './full/shortages.ts';
import { type Promised, type Trial, tryEverything } from './full/try-everything.ts';

const mebibyte = 1_048_576;
const scales = {
  // Room for all that is uploaded: hundreds of files of 100 KB, and what is made of them.
  full: {
    rounds: 2,
    holdMs: 15_000,
    backWithinMs: 10_000,
    postgresMiB: 2_048,
    natsMiB: 1_024,
    minioMiB: 1_024,
  },
  // Beside other tests on the same two cores: the figure is the full run's.
  slice: { rounds: 1, holdMs: 2_500, backWithinMs: 20_000, postgresMiB: 192, natsMiB: 96, minioMiB: 96 },
  planted: { rounds: 1, holdMs: 2_500, backWithinMs: 20_000, postgresMiB: 192, natsMiB: 96, minioMiB: 96 },
} as const;
/** Longer than any limit of the platform; whoever waits so long waits for ever. */
const hangMs = 14_000;

interface Seen {
  trials: Trial[];
  backMs: number;
  isFelt: boolean;
}

const isRefusal = ({ status, isHinted }: Trial): boolean => status === 503 && isHinted;
/** One that says nothing of what to do. */
const isServerError = ({ status }: Trial): boolean => status >= 500 && status !== 503;
const isDone = ({ status }: Trial): boolean => status >= 200 && status < 300;

/** While there is room a send is neither refused nor only accepted. */
const countFelt = ({ statuses }: Traffic): number => (statuses.get(503) ?? 0) + (statuses.get(202) ?? 0);

async function suffer(
  { stage, scale, say }: ProofRun,
  shortage: Shortage,
  cast: Cast,
  traffic: Traffic,
  promised: Promised,
): Promise<Seen> {
  const { holdMs, backWithinMs } = scales[scale];
  const [url = '', other = url] = stage.urls;
  const feltBefore = countFelt(traffic);
  const makeRoom = await shortage.begin({ stage, scale, cast, promised });
  const trials: Trial[] = [];
  try {
    const until = performance.now() + holdMs;
    for (let round = 0; performance.now() < until; round++) {
      trials.push(...(await tryEverything(round % 2 === 0 ? url : other, cast, promised)));
      await sleep(200);
    }
  } finally {
    await makeRoom();
  }
  const roomAt = performance.now();
  let last: Trial[] = [];
  const worksAgain = async (): Promise<boolean> => {
    last = await tryEverything(url, cast, promised);
    trials.push(...last);
    return last.every(isDone);
  };
  if (!(await waitUntil(worksAgain, backWithinMs * 2))) {
    const refused = last.filter((trial) => !isDone(trial));
    say(`does not work again: ${refused.map(({ what, status }) => `${what} ${status}`).join(', ')}`);
  }
  const isFelt = trials.some(isRefusal) || countFelt(traffic) > feltBefore;
  return { trials, isFelt, backMs: performance.now() - roomAt };
}

/** Sends that were answered once, with 201 or 202, are as good as any other: they must be stored. */
async function countForgotten({ stage, scale, say }: ProofRun, { sends, uploads }: Promised, cast: Cast) {
  const patienceMs = scale === 'planted' ? 2_500 : 20_000;
  let lostPromises = sends.length;
  const areStored = async (): Promise<boolean> => {
    const keys = new Set((await readStored(stage, cast.conversationIds)).map(({ key }) => key));
    lostPromises = sends.filter(({ key }) => !keys.has(key)).length;
    return lostPromises === 0;
  };
  await waitUntil(areStored, patienceMs);
  let lostUploads = 0;
  for (const one of uploads) {
    if (await isThere(stage.urls[0] ?? '', one, patienceMs)) continue;
    lostUploads++;
    const { status, body } = await call<Partial<Media>>(`${stage.urls[0]}${apiPrefix}/media/${one.mediaId}`, {
      token: one.person.token,
    });
    say(`file ${one.mediaId} is not there: ${status} ${JSON.stringify(body)}`);
  }
  return { lostPromises, lostUploads };
}

async function run(context: ProofRun): Promise<Findings> {
  const { stage, random, scale, part, say } = context;
  const { rounds, backWithinMs } = scales[scale];
  const cast = await createCast(stage.urls[0] ?? '', { senders: 8, people: 4 });
  const { listener: person, conversationIds } = cast;
  const receiver = new Receiver({ urls: stage.urls, person, conversationIds });
  await receiver.start();
  const kubelet = startKubelet(stage, ['postgres', 'nats', 'minio'], say);
  const traffic = startTraffic({
    ...{ urls: stage.urls, lanes: cast.lanes, random, pauseMs: 20, textBytes: 4_000 },
    deadlineMs: 90_000,
  });
  const promised: Promised = { sends: [], uploads: [], edits: 0 };
  const trials: Trial[] = [];
  const backsMs: number[] = [];
  let unfelt = 0;
  try {
    await traffic.nextAck();
    for (let round = 0; round < rounds; round++) {
      const wanted = shortages.filter(({ name }) => part === undefined || name === part);
      for (const shortage of random.shuffled(wanted)) {
        const seen = await suffer(context, shortage, cast, traffic, promised);
        trials.push(...seen.trials);
        backsMs.push(seen.backMs);
        if (!seen.isFelt) unfelt++;
        const refused = new Set(seen.trials.filter(isRefusal).map(({ what }) => what));
        const wrong = new Set(
          seen.trials.filter(isServerError).map(({ what, status }) => `${what} ${status}`),
        );
        say(
          `${shortage.name}: refused ${[...refused].join(', ') || 'nothing'}${wrong.size > 0 ? `, WRONG ${[...wrong].join(', ')}` : ''}; all works ${Math.round(seen.backMs)} ms after there is room`,
        );
      }
    }
    const sends: readonly SendRecord[] = await traffic.stop();
    const forgotten = await countForgotten(context, promised, cast);
    const extra = promised.sends.map(
      (one): SendRecord => ({ ...one, invokedAtMs: 0, endedAtMs: 0, outcome: 'unknown' }),
    );
    const { counts, faults } = await conclude(context, cast, [...sends, ...extra], [receiver]);
    const count = (isSo: (trial: Trial) => boolean): number => trials.filter(isSo).length;
    const serverErrors = [...traffic.statuses].filter(([status]) => status >= 500 && status !== 503);
    return {
      counts: {
        ...counts,
        shortages: backsMs.length,
        'answered 201 or 202 once': promised.sends.length,
        uploads: promised.uploads.length,
        'accepted with 202': traffic.statuses.get(202) ?? 0,
        'refused with 503': (traffic.statuses.get(503) ?? 0) + count(isRefusal),
        'servers started again':
          [...kubelet.restarts].map(([name, times]) => `${name} ${times}`).join(' ') || 'none',
        'slowest recovery, ms': Math.round(Math.max(...backsMs)),
      },
      faults: {
        ...faults,
        ...forgotten,
        otherServerErrors: count(isServerError) + serverErrors.reduce((sum, [, times]) => sum + times, 0),
        withoutRetryAfter: count(({ status, isHinted }) => status === 503 && !isHinted) + traffic.unhinted,
        hung: count(({ status, tookMs }) => status === 0 && tookMs > hangMs),
        servicesEnded: stage.platform.processes.filter(({ isRunning }) => !isRunning).length,
        notFelt: unfelt,
        lateBack: backsMs.filter((ms) => ms > backWithinMs).length,
      },
    };
  } finally {
    await traffic.stop();
    await kubelet.stop();
    receiver.stop();
  }
}

const acknowledgesUnstored = patchBug({
  name: 'acknowledges-unstored',
  what: 'sends are acknowledged although the disk had no room for them',
  shows: ['lost', 'lostPromises'],
  in: 'disk of Postgres',
  service: 'message',
  file: 'consumers/work-commands.js',
  from: 'if (isTransientDatabaseError(error)) {',
  to: `if (error.code === '53100') return batch.map(({ command }) => {
                const message = { ...command.data, id: crypto.randomUUID(), seq: 1, storedAt: new Date().toISOString() };
                return { reply: JSON.stringify({ message, duplicate: false }), isProblem: false, events: [] };
            });
            if (isTransientDatabaseError(error)) {`,
});

const internalError = patchBug({
  name: 'internal-error',
  what: 'a refusal for want of room is answered with 500',
  shows: ['otherServerErrors'],
  in: 'command stream',
  service: 'gateway',
  file: 'routes/to-gateway-problem.js',
  from: 'if (error instanceof Problem)',
  to: `if (error instanceof Problem && error.status === 503)
        return new Problem('internal-error', { status: 500, title: 'wrong', retryable: true });
    if (error instanceof Problem)`,
});

const noHint = patchBug({
  name: 'no-hint',
  what: 'a refusal does not say when to come back',
  shows: ['withoutRetryAfter'],
  in: 'disk of MinIO',
  service: 'gateway',
  file: 'routes/render-problem.js',
  from: 'if (retryAfterMs !== undefined)',
  to: 'if (false)',
});

export const full: Proof = {
  name: 'full',
  row: 8,
  promise:
    'where a disk or the command stream is full, nothing that was acknowledged is lost, the answer is 503 with Retry-After, and all works again by itself when there is room',
  bugs: [acknowledgesUnstored, internalError, noHint],
  stage: (scale) => ({
    services: ['gateway', 'user', 'message', 'media'],
    postgresSettings: { min_wal_size: '32MB', max_wal_size: '64MB' },
    capped: {
      postgres: scales[scale].postgresMiB * mebibyte,
      nats: scales[scale].natsMiB * mebibyte,
      minio: scales[scale].minioMiB * mebibyte,
    },
  }),
  impossible: findMountFault,
  run,
};
