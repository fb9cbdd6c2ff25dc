import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { apiPrefix, type Inbox } from '@storm/contracts';
import { call } from '../cast/call.ts';
import { type Cast, createCast } from '../cast/lanes.ts';
import { Receiver } from '../cast/receiver.ts';
import { startTraffic } from '../cast/traffic.ts';
import { conclude } from '../history/conclude.ts';
import type { SendRecord } from '../history/records.ts';
import { percentile } from '../percentile.ts';
import type { Findings, Proof, ProofRun } from '../proof.ts';
import { sleep, waitUntil } from '../sleep.ts';
import { patchBug } from '../stage/patch-bug.ts';
import type { Stage } from '../stage/stage.ts';
import { openRawBus } from './poison/raw-bus.ts';
import { spoil, tellFuture } from './poison/spoil.ts';

const scales = {
  full: { rounds: 40, everyMs: 2_000, neighboursWithinMs: 1_000 },
  // Beside other tests on the same two cores: the figure is the full run's.
  slice: { rounds: 4, everyMs: 600, neighboursWithinMs: 3_000 },
  planted: { rounds: 2, everyMs: 400, neighboursWithinMs: 3_000 },
} as const;
const runFile = promisify(execFile);

/** The database cannot store what says so: a fault that is nobody's but this message's. */
const trap = `
create function message.refuse_poison() returns trigger language plpgsql as $$
begin
  if new.text like 'poison%' then raise exception 'cannot store this'; end if;
  return new;
end $$;
create trigger refuse_poison before insert on message.message for each row execute function message.refuse_poison();`;
const noTrap = `
drop trigger if exists refuse_poison on message.message;
drop function if exists message.refuse_poison;`;

/** Sends back what was parked, as an operator does. */
async function redrive({ platform, product }: Stage): Promise<void> {
  const { host, port, user, password } = platform.part('postgres');
  await runFile(process.execPath, [join(product.root, 'services/message/dist/redrive.js'), '--all'], {
    env: {
      PATH: process.env.PATH ?? '',
      NATS_URL: platform.part('nats').url,
      NATS_USER: 'message',
      NATS_PASSWORD: platform.natsUsers.message ?? '',
      ...{ DB_HOST: host, DB_PORT: String(port), DB_USER: user, DB_PASSWORD: password, LOG_LEVEL: 'error' },
    },
  });
}

const hasItem = async ({ urls }: Stage, { listener }: Cast, messageId: string): Promise<boolean> => {
  const { body } = await call<Inbox>(`${urls[0]}${apiPrefix}/inbox?limit=100`, { token: listener.token });
  return body.items?.some((item) => item.messageId === messageId) ?? false;
};

async function run(context: ProofRun): Promise<Findings> {
  const { stage, random, scale, say } = context;
  const { rounds, everyMs, neighboursWithinMs } = scales[scale];
  const cast = await createCast(stage.urls[0] ?? '', { senders: 8, people: 4, sharing: 2 });
  const { listener: person, conversationIds } = cast;
  const receiver = new Receiver({ urls: stage.urls, person, conversationIds });
  await receiver.start();
  const bus = await openRawBus(stage);
  const parkedBefore = await bus.countParked();
  const traffic = startTraffic({ urls: stage.urls, lanes: cast.lanes, random, pauseMs: 20 });
  await stage.query(noTrap);
  await stage.query(trap);
  try {
    let expected = parkedBefore;
    const extra: SendRecord[] = [];
    for (let round = 0; round < rounds; round++) {
      await sleep(random.between(0.5, 1.5) * everyMs);
      const { parked, keys } = await spoil(bus, cast, round);
      expected += parked;
      const lane = cast.lanes[round % cast.lanes.length] as Cast['lanes'][number];
      for (const key of keys) {
        const { conversationId } = lane;
        extra.push({
          conversationId,
          senderId: lane.person.id,
          key,
          invokedAtMs: 0,
          endedAtMs: 0,
          outcome: 'unknown',
        });
      }
    }
    const isParked = await waitUntil(
      async () => (await bus.countParked()) >= expected,
      scale === 'planted' ? 4_000 : 20_000,
    );
    const parked = (await bus.countParked()) - parkedBefore;
    say(`${parked} parked, ${traffic.acknowledged} acknowledged beside them`);
    // What ailed the database is mended: what was parked goes back in, once.
    await stage.query(noTrap);
    await redrive(stage);
    const poisonKeys = extra.filter(({ key }) => key.startsWith('poison'));
    const countRevived = async (): Promise<number> => {
      const rows = await stage.query(
        `select 1 from message.message where key like 'poison-%' and conversation_id = any ($1)`,
        [conversationIds],
      );
      return rows.length;
    };
    await waitUntil(
      async () => (await countRevived()) >= poisonKeys.length,
      scale === 'planted' ? 2_000 : 10_000,
    );
    const revived = await countRevived();
    const sends = [...(await traffic.stop()), ...extra];
    // When all is quiet: an inbox keeps what is newest.
    const future = await tellFuture(bus, cast);
    const isTold = await waitUntil(() => hasItem(stage, cast, future), scale === 'planted' ? 1_000 : 10_000);
    // The event of another release was never a message: it is not held against the receiver.
    const isMessage = ({ id }: { id: string }): boolean => id !== future;
    const heard = { conversationIds, fetched: [], given: receiver.given.filter(isMessage) };
    const waitFor = (count: number, ms: number): Promise<void> => receiver.waitFor(count + 1, ms);
    const { counts, faults } = await conclude(context, cast, sends, [
      Object.assign(heard, {
        async waitFor(count: number, ms: number) {
          await waitFor(count, ms);
          heard.given = receiver.given.filter(isMessage);
        },
      }),
    ]);
    const slow = traffic.latenciesMs.filter((ms) => ms > neighboursWithinMs).length;
    return {
      counts: {
        ...counts,
        parked,
        'sent back and stored': revived,
        'slowest neighbour, ms': Math.round(percentile(traffic.latenciesMs, 1)),
      },
      faults: {
        ...faults,
        notParked: isParked ? 0 : expected - parkedBefore - parked,
        notRevived: poisonKeys.length - revived,
        delayedNeighbours: slow,
        futureNotRead: isTold ? 0 : 1,
      },
    };
  } finally {
    await stage.query(noTrap);
    await traffic.stop();
    await bus.close();
    receiver.stop();
  }
}

const noPark = patchBug({
  name: 'no-park',
  what: 'what cannot be handled is thrown away',
  shows: ['notParked'],
  service: 'message',
  file: 'app.js',
  from: 'park: parkCommand',
  to: 'park: async () => undefined',
});

const poisonBlocks = patchBug({
  name: 'poison-blocks',
  what: 'a message that cannot be stored is tried for ever, and its neighbours wait',
  shows: ['delayedNeighbours'],
  service: 'message',
  file: 'consumers/work-commands.js',
  from: 'if (isTransientDatabaseError(error))',
  to: 'if (isTransientDatabaseError(error) || attempt < 6)',
});

export const poison: Proof = {
  name: 'poison',
  row: 9,
  promise:
    'what cannot be handled is parked and can be sent back, its neighbours wait no second; what comes twice is stored once; events of another release are read',
  bugs: [noPark, poisonBlocks],
  stage: () => ({ services: ['gateway', 'user', 'message', 'notification'] }),
  run,
};
