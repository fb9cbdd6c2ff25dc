import type { ConversationId } from '@storm/contracts';
import { AppReceiver } from '../prove/cast/app-receiver.ts';
import type { Lane } from '../prove/cast/lanes.ts';
import { keepSignedIn, type Person, registerPeople, startGroup } from '../prove/cast/person.ts';
import { Receiver } from '../prove/cast/receiver.ts';
import { startTraffic } from '../prove/cast/traffic.ts';
import { checkHistory, splitVerdict, type Verdict } from '../prove/history/check-history.ts';
import { readHistory } from '../prove/history/read-history.ts';
import type { SeenMessage, SendRecord } from '../prove/history/records.ts';
import { createRandom } from '../prove/random.ts';
import { readStored } from './read-stored.ts';
import { sleep, waitUntil } from './wait-until.ts';

const groupSize = 10;
/** Of each group, this many use the client package over its socket; the others raw sockets, and HTTP to send. */
const appsOfGroup = 2;
const pauseMs = 1_000;
const giveUpAfterMs = 120_000;

export interface TalkResult {
  verdict: Verdict;
  /** Not acknowledged within two minutes of retries with the same key, or refused. */
  failedSends: number;
  /** Answers over HTTP by status; 0 for none. */
  statuses: ReadonlyMap<number, number>;
  resyncs: number;
  /** Closes of raw sockets that were ready, by code. */
  closes: ReadonlyMap<number, number>;
  ackP50Ms: number;
  ackP99Ms: number;
  ackMaxMs: number;
}

export interface Talk {
  /** Of the sends that began since `fromMs` (`performance.now()`): the longest until it was acknowledged, in ms. */
  longestSince(fromMs: number): number;
  /** Ends the talk, waits for what is under way, and compares what everyone knows. */
  end(): Promise<TalkResult>;
}

export const registerTalkers = (baseUrl: string, count: number): Promise<Person[]> =>
  registerPeople(baseUrl, count);

/** People in new groups of ten talk, about a message a second each, and all of a group hear it. */
export async function startTalk(baseUrl: string, people: readonly Person[]): Promise<Talk> {
  const urls = [baseUrl];
  const stopRenewing = keepSignedIn(urls, people);
  const lanes: Lane[] = [];
  const apps: { app: AppReceiver; person: Person; conversationId: string }[] = [];
  const receivers: Receiver[] = [];
  const readers = new Map<string, Person>();
  for (let first = 0; first < people.length; first += groupSize) {
    const [owner, ...others] = people.slice(first, first + groupSize);
    if (owner === undefined) throw new Error('a group without anyone');
    const conversationId = await startGroup(baseUrl, owner, others);
    const conversationIds = [conversationId];
    readers.set(conversationId, owner);
    for (const [index, person] of [owner, ...others].entries()) {
      if (index < appsOfGroup)
        apps.push({ app: new AppReceiver(urls, person, conversationIds), person, conversationId });
      else {
        lanes.push({ person, conversationId });
        receivers.push(new Receiver({ urls, person, conversationIds }));
      }
    }
  }
  for (const { app } of apps) await app.start();
  await Promise.all(receivers.map((one) => one.start()));
  const traffic = startTraffic({
    urls,
    lanes,
    random: createRandom(Date.now()),
    pauseMs,
    deadlineMs: giveUpAfterMs,
  });
  let isOver = false;
  const appSends: SendRecord[] = [];
  const talking = apps.map(async ({ app, person, conversationId }) => {
    for (let index = 0; !isOver; index++) {
      appSends.push(await sendByApp(app, person, conversationId, `app-${index}`));
      await sleep(pauseMs * (0.5 + Math.random()));
    }
  });
  return {
    longestSince: (fromMs) =>
      [...traffic.records, ...appSends]
        .filter(({ invokedAtMs }) => invokedAtMs >= fromMs)
        .reduce((longest, { invokedAtMs, endedAtMs }) => Math.max(longest, endedAtMs - invokedAtMs), 0),
    async end() {
      isOver = true;
      const sends = [...(await traffic.stop()), ...(await Promise.all(talking).then(() => appSends))];
      const everyone = [...receivers, ...apps.map(({ app }) => app)];
      const stored = await readStored([...readers.keys()]);
      await waitForAll(everyone, stored);
      const history: SeenMessage[] = [];
      for (const [id, reader] of readers) history.push(...(await readHistory(baseUrl, reader, id)));
      stopRenewing();
      for (const one of everyone) await one.stop();
      const closes = new Map<number, number>();
      for (const { closes: own } of receivers) {
        for (const { code, wasReady } of own) if (wasReady) closes.set(code, (closes.get(code) ?? 0) + 1);
      }
      const ackMs = sends.map(({ invokedAtMs, endedAtMs }) => endedAtMs - invokedAtMs).sort((a, b) => a - b);
      return {
        verdict: checkHistory({ sends, stored, history, receivers: everyone }),
        failedSends: sends.filter(({ outcome }) => outcome !== 'ok').length,
        statuses: traffic.statuses,
        resyncs: receivers.reduce((sum, one) => sum + one.resyncs.length, 0),
        closes,
        ackP50Ms: ackMs[Math.floor(ackMs.length * 0.5)] ?? 0,
        ackP99Ms: ackMs[Math.floor(ackMs.length * 0.99)] ?? 0,
        ackMaxMs: ackMs.at(-1) ?? 0,
      };
    },
  };
}

/** The client package tries again by itself, with the same key. */
async function sendByApp(
  { storm }: AppReceiver,
  person: Person,
  conversationId: string,
  text: string,
): Promise<SendRecord> {
  const key = `${text}-${person.username}`;
  const invokedAtMs = performance.now();
  const record = { conversationId, senderId: person.id, key, invokedAtMs };
  const sent = await storm.send(conversationId as ConversationId, { text, key }).catch(() => null);
  const endedAtMs = performance.now();
  if (sent === null) return { ...record, endedAtMs, outcome: 'unknown' };
  return { ...record, endedAtMs, outcome: 'ok', seq: sent.seq, id: sent.id };
}

/** Whoever still lacks something after this is counted as having missed it. */
async function waitForAll(
  everyone: readonly { conversationIds: readonly string[]; known: number }[],
  stored: readonly SeenMessage[],
): Promise<void> {
  const counts = new Map<string, number>();
  for (const { conversationId } of stored) counts.set(conversationId, (counts.get(conversationId) ?? 0) + 1);
  const hasAll = (one: { conversationIds: readonly string[]; known: number }): boolean =>
    one.known >= one.conversationIds.reduce((sum, id) => sum + (counts.get(id) ?? 0), 0);
  await waitUntil('everyone to hear everything', 20_000, async () => everyone.every(hasAll)).catch(
    () => undefined,
  );
}

const list = (counts: ReadonlyMap<number, number>): string =>
  [...counts]
    .sort(([a], [b]) => a - b)
    .map(([what, count]) => `${what} x ${count}`)
    .join(' ') || 'none';

export function printTalk({ verdict, failedSends, statuses, resyncs, closes, ...times }: TalkResult): string {
  const { counts, faults } = splitVerdict(verdict);
  const named = (values: Record<string, number>): string =>
    Object.entries(values)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  return [
    `${named(counts)}, failed sends ${failedSends}; ${named(faults)}; resyncs ${resyncs}`,
    `answers over HTTP ${list(statuses)}; closes of open sockets ${list(closes)}`,
    `acknowledged after p50 ${times.ackP50Ms.toFixed(0)} ms, p99 ${times.ackP99Ms.toFixed(0)} ms, longest ${times.ackMaxMs.toFixed(0)} ms`,
  ].join('\n');
}

export const isFaultless = ({ verdict, failedSends }: TalkResult): boolean =>
  failedSends === 0 && Object.values(splitVerdict(verdict).faults).every((count) => count === 0);
