import { createCast } from '../cast/lanes.ts';
import { Receiver } from '../cast/receiver.ts';
import { startTraffic } from '../cast/traffic.ts';
import { conclude } from '../history/conclude.ts';
import type { Bug, Findings, Proof, ProofRun } from '../proof.ts';
import { sleep } from '../sleep.ts';

const scales = {
  full: { kills: 60, everyMs: [1_000, 3_000] },
  slice: { kills: 5, everyMs: [300, 1_000] },
  planted: { kills: 4, everyMs: [500, 1_000] },
} as const;

/** Postgres says committed before it has written anything. */
const asyncCommit: Bug = {
  name: 'async-commit',
  what: 'Postgres says that a commit is done before it is on disk',
  shows: ['lost'],
  async plant({ query }) {
    await query('alter system set synchronous_commit = off');
    await query(`alter system set wal_writer_delay = '10s'`);
    await query('select pg_reload_conf()');
    return async () => {
      await query('alter system reset synchronous_commit');
      await query('alter system reset wal_writer_delay');
      await query('select pg_reload_conf()');
    };
  },
};

async function run(context: ProofRun): Promise<Findings> {
  const { stage, random, scale, say } = context;
  const { kills, everyMs } = scales[scale];
  const cast = await createCast(stage.urls[0] ?? '', { senders: 30, people: 4, sharing: 3 });
  const { listener: person, conversationIds } = cast;
  const receiver = new Receiver({ urls: stage.urls, person, conversationIds });
  await receiver.start();
  const traffic = startTraffic({ urls: stage.urls, lanes: cast.lanes, random });
  try {
    for (let kill = 1; kill <= kills; kill++) {
      await sleep(random.between(everyMs[0], everyMs[1]));
      // Now and then both at once, as when a machine goes down.
      const together = scale !== 'planted' && random.int(4) === 0;
      const single = scale === 'planted' || kill % 2 === 1 ? 'postgres' : 'nats';
      const names = together ? (['postgres', 'nats'] as const) : ([single] as const);
      const parts = names.map((name) => stage.platform.part(name));
      for (const part of parts) part.kill('SIGKILL');
      await Promise.all(parts.map((part) => part.exited));
      await Promise.all(parts.map((part) => part.restart()));
      say(`${kill} kills (${names.join(' and ')}), ${traffic.acknowledged} acknowledged`);
    }
    await sleep(everyMs[1]);
    const { counts, faults } = await conclude(context, cast, await traffic.stop(), [receiver]);
    return { counts: { kills, ...counts }, faults };
  } finally {
    await traffic.stop();
    receiver.stop();
  }
}

export const ackOnDisk: Proof = {
  name: 'ack-on-disk',
  row: 3,
  promise:
    'an acknowledged message is on disk: SIGKILL of Postgres and NATS in the middle of sends loses and doubles none',
  bugs: [asyncCommit],
  stage: () => ({ durable: true }),
  run,
};
