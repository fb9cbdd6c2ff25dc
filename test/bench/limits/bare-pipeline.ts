import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { jetstreamManager } from '@nats-io/jetstream';
import { startNats, startPostgres } from '@storm/devstack';
import { connect, createInbox } from 'nats';
import pg from 'pg';
import { percentile, sleep } from '../measure.ts';
import { measurePublishes } from './raw-publish.ts';
import { measureCommits } from './single-commits.ts';

export interface BarePipeline {
  /** @param publishers times `window` messages are in flight. */
  load(publishers: number, window: number, measureMs: number): Promise<{ perSecond: number; p50Ms: number }>;
  /** L1 and L11: its two waits by themselves, a second. */
  parts(measureMs: number): Promise<{ publishes: number; commits: number }>;
  stop(): Promise<void>;
}

/**
 * L3: publish to a work queue, consume, insert by `UNNEST`, commit, answer the publisher, acknowledge. No rights, no
 * sequence, no key, no event, no socket: what the servers and the client library allow on this machine.
 */
export async function startBarePipeline(): Promise<BarePipeline> {
  const [nats, postgres] = await Promise.all([startNats({}), startPostgres({})]);
  const database = new pg.Client({ connectionString: postgres.url });
  await database.connect();
  await database.query(
    'create table bare (key text not null, body text not null, at timestamptz default now())',
  );
  await database.end();
  const connection = await connect({ servers: nats.url });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'BARE', subjects: ['bare.>'], retention: 'workqueue', discard: 'new' });
  await manager.streams.add({ name: 'RAW', subjects: ['raw.>'], discard: 'old', max_bytes: 64 * 1_048_576 });
  await manager.consumers.add('BARE', {
    durable_name: 'bare',
    ack_policy: 'explicit',
    max_ack_pending: 5_000,
  });
  const worker: ChildProcess = fork(
    fileURLToPath(new URL('./bare-worker.js', import.meta.url)),
    [nats.url, postgres.url],
    {
      execArgv: ['--max-semi-space-size=4'],
    },
  );
  await once(worker, 'message');
  const body = 'x'.repeat(100);
  const inbox = `${createInbox()}.`;
  const waiting = new Map<string, () => void>();
  let next = 0;
  connection.subscribe(`${inbox}*`, {
    callback: (_error, message) => {
      const token = message.subject.slice(inbox.length);
      const resume = waiting.get(token);
      if (resume === undefined) return;
      waiting.delete(token);
      resume();
    },
  });

  return {
    async load(publishers, window, measureMs) {
      let measuring = false;
      let going = true;
      let count = 0;
      const latencies: number[] = [];
      const publish = (lane: number): void => {
        const key = (next++).toString(36);
        const startedAt = performance.now();
        waiting.set(key, () => {
          if (measuring) {
            count++;
            latencies.push(performance.now() - startedAt);
          }
          if (going) publish(lane);
        });
        connection.publish(`bare.${lane}`, `{"k":"${key}","b":"${body}","r":"${inbox}${key}"}`, {
          reply: `${inbox}ack`,
        });
      };
      for (let lane = 0; lane < publishers; lane++)
        for (let index = 0; index < window; index++) publish(lane);
      await sleep(1_500);
      measuring = true;
      const from = performance.now();
      await sleep(measureMs);
      measuring = false;
      const seconds = (performance.now() - from) / 1_000;
      going = false;
      while (waiting.size > 0) await sleep(10);
      return { perSecond: count / seconds, p50Ms: percentile(latencies, 0.5) };
    },
    parts: async (measureMs) => ({
      publishes: await measurePublishes(connection, measureMs),
      commits: await measureCommits(postgres.url, measureMs),
    }),
    async stop() {
      worker.kill('SIGTERM');
      await once(worker, 'exit');
      await connection.close();
      await Promise.all([nats.stop(), postgres.stop()]);
    },
  };
}
