import { cp, rm } from 'node:fs/promises';
import { apiPrefix, type Inbox } from '@storm/contracts';
import { call } from '../cast/call.ts';
import { type Cast, createCast } from '../cast/lanes.ts';
import { Receiver } from '../cast/receiver.ts';
import { startTraffic } from '../cast/traffic.ts';
import { conclude } from '../history/conclude.ts';
import type { SendRecord } from '../history/records.ts';
import type { Findings, Proof, ProofRun } from '../proof.ts';
import { sleep, waitUntil, within } from '../sleep.ts';
import { patchBug } from '../stage/patch-bug.ts';
import type { Stage } from '../stage/stage.ts';

const scales = {
  full: { rounds: 5, talkMs: 3_000 },
  slice: { rounds: 1, talkMs: 1_200 },
  planted: { rounds: 1, talkMs: 1_000 },
} as const;

type Cut = 'NATS rolled back' | 'everything rolled back' | 'store lost';

/** What a cut without a sync leaves: the store as it was, while everybody else has gone on. */
async function rollBack(stage: Stage, talk: () => Promise<void>, alsoKill: readonly string[]): Promise<void> {
  const nats = stage.platform.part('nats');
  const copy = `${nats.dir}.copy`;
  nats.kill('SIGSTOP');
  await rm(copy, { recursive: true, force: true });
  await cp(nats.dir, copy, { recursive: true });
  nats.kill('SIGCONT');
  // Notifications do not get to see what is going to be lost: only who tells it again can show it to them.
  const notification = stage.platform.process('notification');
  notification.kill('SIGKILL');
  await notification.exited;
  await talk();
  const services = alsoKill.map((name) => stage.platform.process(name));
  for (const one of [nats, ...services]) one.kill('SIGKILL');
  await Promise.all([nats.exited, ...services.map((one) => one.exited)]);
  await rm(nats.dir, { recursive: true, force: true });
  await cp(copy, nats.dir, { recursive: true });
  await rm(copy, { recursive: true });
  await Promise.all([nats, ...services].map((one) => one.restart()));
  await notification.restart();
}

const cuts: Record<Cut, (stage: Stage, talk: () => Promise<void>) => Promise<void>> = {
  'NATS rolled back': (stage, talk) => rollBack(stage, talk, []),
  'everything rolled back': (stage, talk) =>
    rollBack(stage, talk, ['message', 'message-2', 'gateway', 'gateway-2']),
  async 'store lost'(stage, talk) {
    await talk();
    const nats = stage.platform.part('nats');
    nats.kill('SIGKILL');
    await nats.exited;
    await rm(nats.dir, { recursive: true, force: true });
    await nats.restart();
  },
};

/** Sends for a while. */
async function talk(context: ProofRun, cast: Cast, name: string): Promise<readonly SendRecord[]> {
  const { stage, random, scale } = context;
  const traffic = startTraffic({
    urls: stage.urls,
    lanes: cast.lanes,
    random: random.of(name),
    pauseMs: 120,
  });
  await sleep(scales[scale].talkMs);
  return traffic.stop();
}

/** Sockets that were away the whole time, each with a cursor of some moment before: told `resync` or given everything. */
async function countWrongViews(
  { stage, scale }: ProofRun,
  { listener: person, conversationIds }: Cast,
  cursors: readonly string[],
): Promise<number> {
  let wrong = 0;
  for (const cursor of cursors) {
    const late = new Receiver({ urls: stage.urls, person, conversationIds });
    late.cursor = cursor;
    await within(late.start(), 5_000);
    // At once where the loss is known, else as soon as the replicas have settled what the stream lacks.
    if (!(await waitUntil(() => late.resyncs.length > 0, scale === 'planted' ? 1_000 : 5_000))) wrong++;
    late.stop();
  }
  return wrong;
}

const inboxOf = async ({ urls }: Stage, { listener }: Cast): Promise<Set<string>> => {
  const ids = new Set<string>();
  for (let before = ''; ; ) {
    const query = before === '' ? '' : `&before=${before}`;
    const { body } = await call<Inbox>(`${urls[0]}${apiPrefix}/inbox?limit=100${query}`, {
      token: listener.token,
    });
    for (const { messageId } of body.items) ids.add(messageId);
    before = body.items.at(-1)?.id ?? '';
    if (body.items.length < 100) return ids;
  }
};

/** So many of the newest. */
const inboxKeeps = 500;

/** Acknowledged messages that the listener's inbox does not come to hold. */
async function countLacking(
  { stage, scale }: ProofRun,
  cast: Cast,
  sends: readonly SendRecord[],
): Promise<number> {
  const wanted = sends.filter(({ outcome }) => outcome === 'ok');
  if (wanted.length > inboxKeeps) throw new Error(`${wanted.length} said, more than an inbox keeps`);
  let lacking = wanted.length;
  const look = async (): Promise<boolean> => {
    const inbox = await inboxOf(stage, cast);
    lacking = wanted.filter(({ id }) => !inbox.has(id ?? '')).length;
    return lacking === 0;
  };
  await waitUntil(look, scale === 'planted' ? 2_000 : 15_000);
  return lacking;
}

async function run(context: ProofRun): Promise<Findings> {
  const { stage, random, scale, say } = context;
  const cast = await createCast(stage.urls[0] ?? '', { senders: 6, people: 3, sharing: 2 });
  const { listener: person, conversationIds } = cast;
  const receivers = stage.urls.map(
    (url) => new Receiver({ urls: [url, ...stage.urls], person, conversationIds }),
  );
  await Promise.all(receivers.map((one) => one.start()));
  const sends: SendRecord[] = [];
  const kinds: Cut[] = ['NATS rolled back', 'everything rolled back', 'store lost'];
  let wrongViews = 0;
  let asked = 0;
  let notInInbox = 0;
  try {
    for (let round = 0; round < scales[scale].rounds; round++) {
      for (const kind of scale === 'planted' ? kinds.slice(0, 1) : random.shuffled(kinds)) {
        const from = sends.length;
        sends.push(...(await talk(context, cast, `before ${round} ${kind}`)));
        const cursors = [receivers[0]?.cursor ?? ''];
        await cuts[kind](stage, async () => {
          sends.push(...(await talk(context, cast, `lost ${round} ${kind}`)));
          cursors.push(receivers[1]?.cursor ?? '');
        });
        // New ones at once: they must not hide where the old ones ended.
        sends.push(...(await talk(context, cast, `after ${round} ${kind}`)));
        wrongViews += await countWrongViews(context, cast, cursors);
        notInInbox += await countLacking(context, cast, sends.slice(from));
        asked += cursors.length;
        say(
          `${kind}: ${sends.length} sent, resyncs ${receivers.map((one) => one.resyncs.length).join(' and ')}`,
        );
      }
    }
    const { counts, faults } = await conclude(context, cast, sends, receivers);
    return {
      counts: { ...counts, cuts: asked / 2, 'cursors of before': asked },
      faults: { ...faults, wrongViews, notInInbox },
    };
  } finally {
    for (const one of receivers) one.stop();
  }
}

const noRestore = patchBug({
  name: 'no-restore',
  what: 'what the event stream lost is not told again',
  shows: ['notInInbox', 'missed'],
  service: 'message',
  file: 'domain/restore-events.js',
  from: 'let told = 0;',
  to: 'let told = 0;\n    if (lastStoredAt !== undefined) return 0;',
});

const sameEpoch = patchBug({
  name: 'same-epoch',
  what: 'a stream that lost something goes on under the same epoch',
  shows: ['wrongViews'],
  service: 'message',
  file: 'domain/settle-stream.js',
  from: 'await stream.raiseGeneration(state.generation);',
  to: ';',
});

export const powerCut: Proof = {
  name: 'power-cut',
  row: null,
  promise:
    "NATS's store is rolled back to an older copy, or lost: nobody keeps a wrong view, what was acknowledged is there and reaches everyone",
  bugs: [noRestore, sameEpoch],
  stage: () => ({ services: ['gateway', 'user', 'message', 'notification'] }),
  run,
};
