import { apiPrefix } from '@storm/contracts';
import { WebSocket } from 'ws';
import { call } from '../cast/call.ts';
import { type Cast, createCast } from '../cast/lanes.ts';
import { type Person, registerPerson } from '../cast/person.ts';
import { Receiver } from '../cast/receiver.ts';
import { startTraffic } from '../cast/traffic.ts';
import { conclude } from '../history/conclude.ts';
import { percentile } from '../percentile.ts';
import type { Findings, Proof, ProofRun } from '../proof.ts';
import { sleep, within } from '../sleep.ts';
import { patchBug } from '../stage/patch-bug.ts';
import type { Stage } from '../stage/stage.ts';
import { type Reading, startReading } from './read-steadily.ts';

const scales = {
  // Twice of next to nothing is still next to nothing: what a scheduler on two cores adds is no fault.
  full: { phaseMs: 15_000, rounds: 4, slower: 2, floorMs: 60 },
  // Beside other tests on the same two cores, whose bursts cost a second: the figure is the full run's.
  slice: { phaseMs: 2_500, rounds: 1, slower: 5, floorMs: 1_500 },
  planted: { phaseMs: 1_000, rounds: 1, slower: 5, floorMs: 1_500 },
} as const;
const strangersPer10s = 60;
const endedWithinMs = 1_000;

/** What is taken away, and how it comes back. */
const outages: Record<string, (stage: Stage) => Promise<() => Promise<void>>> = {
  async killed({ platform }) {
    const redis = platform.part('redis');
    redis.kill('SIGKILL');
    await redis.exited;
    return () => redis.restart();
  },
  async frozen({ platform }) {
    platform.part('redis').kill('SIGSTOP');
    return async () => platform.part('redis').kill('SIGCONT');
  },
  async flushed({ platform }) {
    await flush(platform.part('redis').port);
    return async () => undefined;
  },
};

async function flush(port: number): Promise<void> {
  const { connect } = await import('node:net');
  const socket = connect({ port, host: '127.0.0.1' });
  const done = new Promise<void>((resolve, reject) => {
    socket.once('data', () => resolve());
    socket.once('error', reject);
  });
  socket.write('FLUSHALL\r\n');
  await done;
  socket.destroy();
}

/** Requests of a stranger that one gateway let through beyond what it may in two windows. */
async function countLetIn(url: string): Promise<number> {
  const tries = strangersPer10s * 2 + 100;
  let letIn = 0;
  for (let done = 0; done < tries; done += 20) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        call(`${url}${apiPrefix}/users/me`, { token: 'no-token' }).catch(() => null),
      ),
    );
    letIn += answers.filter((answer) => answer?.status === 401).length;
    // Never as many at once as are allowed in a window: what is still on its way to Redis counts by itself.
    await sleep(60);
  }
  return Math.max(0, letIn - strangersPer10s * 2);
}

/** Asked at a route that nobody behind the gateway checks the session of. */
const isTaken = async (url: string, { token }: Person): Promise<boolean> =>
  (await call(`${url}${apiPrefix}/conversations`, { token })).status === 200;

/** Ends a session. @returns how many gateways still take its token, and whether its socket stayed, a second later. */
async function endSession(
  { urls }: Stage,
  person: Person,
): Promise<{ stillTaken: number; socketStayed: number }> {
  const [url = ''] = urls;
  const socket = new WebSocket(`${urls.at(-1)?.replace('http', 'ws')}/ws`);
  const closed = new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)));
  const ready = new Promise<void>((resolve) => {
    socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', token: person.token })));
    socket.on('message', (data) => JSON.parse(data.toString()).type === 'ready' && resolve());
  });
  socket.on('error', () => socket.terminate());
  await within(ready, 5_000);
  await call(`${url}${apiPrefix}/auth/logout`, { method: 'POST', token: person.token });
  const isClosed = await within(closed, endedWithinMs + 1_000);
  socket.terminate();
  const taken = await Promise.all(urls.map((one) => isTaken(one, person)));
  return { stillTaken: taken.filter(Boolean).length, socketStayed: isClosed ? 0 : 1 };
}

async function playOutage(context: ProofRun, cast: Cast, name: string, leaving: Person, readings: Reading) {
  const { stage, random, scale } = context;
  const { phaseMs } = scales[scale];
  const bringBack = await outages[name]?.(stage);
  try {
    const traffic = startTraffic({
      urls: stage.urls,
      lanes: cast.lanes,
      random: random.of(name),
      pauseMs: 20,
    });
    const from = readings.latenciesMs.length;
    const ended = await endSession(stage, leaving);
    const letIn = await countLetIn(stage.urls[0] ?? '');
    await sleep(phaseMs);
    const sends = await traffic.stop();
    const failed = [...traffic.statuses].filter(([status]) => status !== 201 && status !== 200);
    return {
      ...ended,
      letIn,
      sends,
      failedSends: failed.reduce((sum, [, count]) => sum + count, 0),
      sendP99: percentile(traffic.latenciesMs, 0.99),
      readP99: percentile(readings.latenciesMs.slice(from), 0.99),
    };
  } finally {
    await bringBack?.();
  }
}

async function run(context: ProofRun): Promise<Findings> {
  const { stage, random, scale, say } = context;
  const { phaseMs, rounds, slower, floorMs } = scales[scale];
  const cast = await createCast(stage.urls[0] ?? '', { senders: 8, people: 4, sharing: 2 });
  const { listener: person, conversationIds } = cast;
  const receiver = new Receiver({ urls: stage.urls, person, conversationIds });
  await receiver.start();
  const readings = startReading(stage.urls, cast);
  const before = startTraffic({
    urls: stage.urls,
    lanes: cast.lanes,
    random: random.of('before'),
    pauseMs: 20,
  });
  await sleep(phaseMs);
  const sends = [...(await before.stop())];
  const calm = { send: percentile(before.latenciesMs, 0.99), read: percentile(readings.latenciesMs, 0.99) };
  const faults = {
    failedSends: 0,
    failedReads: 0,
    slowSends: 0,
    slowReads: 0,
    letIn: 0,
    stillTaken: 0,
    socketStayed: 0,
  };
  const worst = { send: 0, read: 0 };
  const gone: Person[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      for (const name of scale === 'planted' ? ['killed'] : random.shuffled(Object.keys(outages))) {
        const leaving = await registerPerson(stage.urls[0] ?? '');
        const found = await playOutage(context, cast, name, leaving, readings);
        gone.push(leaving);
        sends.push(...found.sends);
        for (const fault of ['failedSends', 'letIn', 'stillTaken', 'socketStayed'] as const)
          faults[fault] += found[fault];
        if (found.sendP99 > Math.max(slower * calm.send, floorMs)) faults.slowSends++;
        if (found.readP99 > Math.max(slower * calm.read, floorMs)) faults.slowReads++;
        worst.send = Math.max(worst.send, found.sendP99);
        worst.read = Math.max(worst.read, found.readP99);
        say(`${name}: sends p99 ${found.sendP99.toFixed(0)} ms, reads p99 ${found.readP99.toFixed(0)} ms`);
      }
    }
    faults.failedReads = await readings.stop();
    // Whoever left, left: also before gateways that Redis tells nothing any more.
    for (const one of gone) for (const url of stage.urls) if (await isTaken(url, one)) faults.stillTaken++;
    const verdict = await conclude(context, cast, sends, [receiver]);
    return {
      counts: {
        ...verdict.counts,
        reads: readings.latenciesMs.length,
        'p99 of sends, ms': `${calm.send.toFixed(0)} calm, ${worst.send.toFixed(0)} at worst`,
        'p99 of reads, ms': `${calm.read.toFixed(0)} calm, ${worst.read.toFixed(0)} at worst`,
      },
      faults: { ...verdict.faults, ...faults },
    };
  } finally {
    await readings.stop();
    receiver.stop();
  }
}

const limitsInRedisOnly = patchBug({
  name: 'limits-in-redis-only',
  what: 'a gateway does not count for itself while Redis is away',
  shows: ['letIn'],
  service: 'gateway',
  file: 'store/rate-counter.redis.js',
  from: 'window.unbooked += added;',
  to: ';',
});

const revocationsInRedisOnly = patchBug({
  name: 'revocations-in-redis-only',
  what: 'a gateway knows of ended sessions only what Redis tells it',
  shows: ['stillTaken', 'socketStayed'],
  service: 'gateway',
  file: 'store/session-revocations.nats.js',
  from: 'endedAt.set(sessionId, now);',
  to: '',
});

export const redis: Proof = {
  name: 'redis',
  row: 10,
  promise:
    'Redis killed, frozen and flushed: no send and no read fails or becomes slow, limits and ended sessions hold',
  bugs: [limitsInRedisOnly, revocationsInRedisOnly],
  stage: () => ({ env: { gateway: { LIMIT_ADDRESS_PER_10S: String(strangersPer10s) } } }),
  run,
};
