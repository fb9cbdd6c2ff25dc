import { createStormClient, type StormClient } from '@storm/client';
import type { ConversationId } from '@storm/contracts';
import type { ReceiverLog, SeenMessage } from '../history/records.ts';
import { sleep, within } from '../sleep.ts';
import type { Person } from './person.ts';

/** What an application on the client package is handed: in order and once, or the proof is red. */
export class AppReceiver implements ReceiverLog {
  readonly conversationIds: readonly string[];
  readonly given: SeenMessage[] = [];
  readonly fetched: SeenMessage[] = [];
  readonly storm: StormClient;
  readonly #person: Person;
  #fetching: Promise<void> = Promise.resolve();

  constructor(urls: readonly string[], person: Person, conversationIds: readonly string[]) {
    this.conversationIds = conversationIds;
    this.#person = person;
    this.storm = createStormClient({ baseUrl: urls });
    this.storm.on('message-stored.v1', ({ conversationId, senderId, key, seq, id }) => {
      this.given.push({ conversationId, senderId, key, seq, id });
    });
    this.storm.onResync(({ conversations }) => {
      for (const { id, lastSeq } of conversations) {
        this.#fetching = this.#fetching.then(() => this.#fetch(id, lastSeq));
      }
    });
  }

  async start(): Promise<void> {
    const { username, password } = this.#person;
    await this.storm.login({ username, password });
    await this.storm.connect().ready;
  }

  /** As an application that draws anew: everything up to where the events go on. */
  async #fetch(conversationId: ConversationId, lastSeq: number): Promise<void> {
    for (let after = 0; after < lastSeq; ) {
      const page = await this.storm.api
        .listMessages({ params: { conversationId }, query: { after, limit: 200 } })
        .catch(() => null);
      if (page === null) await sleep(100);
      else {
        for (const { senderId, key, seq, id } of page.messages) {
          if (seq <= lastSeq) this.fetched.push({ conversationId, senderId, key, seq, id });
        }
        after = page.messages.at(-1)?.seq ?? lastSeq;
      }
    }
  }

  get known(): number {
    return new Set([...this.given, ...this.fetched].map(({ id }) => id)).size;
  }

  async waitFor(count: number, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    await within(this.#fetching, timeoutMs);
    while (this.known < count && Date.now() < deadline) await sleep(50);
  }

  stop(): Promise<void> {
    return this.storm.close();
  }
}
