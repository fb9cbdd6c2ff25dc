import { apiPrefix, type Message } from '@storm/contracts';
import type { SendRecord } from '../history/records.ts';
import { sleep } from '../sleep.ts';
import { type Answer, call } from './call.ts';
import type { Person } from './person.ts';

export interface SendTask {
  readonly urls: readonly string[];
  /** Which of the urls comes first. */
  readonly first: number;
  readonly person: Person;
  readonly conversationId: string;
  readonly key: string;
  readonly text: string;
  readonly deadlineMs: number;
  /** One answer of a gateway; null when there was none. */
  onAnswer?(answer: Answer<unknown> | null): void;
}

/**
 * Sends one message over HTTP until it is acknowledged as committed, under the same key, on one gateway or another.
 * Only what the platform refuses for good is `fail`; what is not known by the deadline is `unknown`.
 */
export async function sendUntilAcknowledged(task: SendTask): Promise<SendRecord> {
  const { urls, person, conversationId, key, text } = task;
  const invokedAtMs = performance.now();
  const record = { conversationId, senderId: person.id, key, invokedAtMs };
  const deadline = invokedAtMs + task.deadlineMs;
  for (let attempt = 0; performance.now() < deadline; attempt++) {
    const url = urls[(task.first + attempt) % urls.length];
    const path = `${url}${apiPrefix}/conversations/${conversationId}/messages`;
    const answer = await call<Message>(path, { body: { key, text }, token: person.token }).catch(() => null);
    task.onAnswer?.(answer);
    const endedAtMs = performance.now();
    if (answer?.status === 201 || answer?.status === 200) {
      return { ...record, endedAtMs, outcome: 'ok', seq: answer.body.seq, id: answer.body.id };
    }
    const isFinal = answer !== null && answer.status >= 400 && answer.status < 500;
    // 429 asks to wait; 401 is a token that ran out while it was renewed.
    if (isFinal && answer.status !== 429 && answer.status !== 401)
      return { ...record, endedAtMs, outcome: 'fail' };
    await sleep(Math.min(50 * 2 ** attempt, 400));
  }
  return { ...record, endedAtMs: performance.now(), outcome: 'unknown' };
}
