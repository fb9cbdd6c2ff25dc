import {
  type EventContract,
  eventHeaders,
  eventSubject,
  sessionRevoked,
  userRegistered,
} from '@storm/contracts';
import type { Bus, Logger, Publisher } from '@storm/runtime';
import type { OutboxStore } from '../store/outbox-store.ts';
import type { OutboxEvent } from './outbox-event.ts';

const contracts: ReadonlyMap<string, EventContract> = new Map(
  [userRegistered, sessionRevoked].map((contract) => [contract.type, contract]),
);
const maxBatch = 100;
/** Rows that a replica left when it died, or that could not be published. */
const idleMs = 1_000;
/** Another replica is at it, and may have looked before our row was there. */
const busyMs = 50;

/** Publishes what the outbox holds, oldest first, one replica at a time, and forgets a row when the stream has it. */
export class OutboxRelay {
  readonly #store: OutboxStore;
  readonly #bus: Bus;
  readonly #publisher: Publisher;
  readonly #log: Logger;
  #running: Promise<void> | undefined;
  #stopping = false;
  #wake: (() => void) | undefined;
  #isWoken = false;
  #fault: string | undefined;

  constructor(parts: { store: OutboxStore; bus: Bus; publisher: Publisher; log: Logger }) {
    this.#store = parts.store;
    this.#bus = parts.bus;
    this.#publisher = parts.publisher;
    this.#log = parts.log;
  }

  start(): void {
    this.#bus.onConnected(() => this.wake());
    this.#running ??= this.#run();
  }

  /** There is something to publish. */
  wake(): void {
    this.#isWoken = true;
    this.#wake?.();
  }

  /** Throws while events wait that cannot be published. */
  check(): Promise<void> {
    return this.#fault === undefined ? Promise.resolve() : Promise.reject(new Error(this.#fault));
  }

  /** Publishes once more what is there; what cannot be stays in the outbox. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#isWoken = false;
      const pauseMs = await this.#relay();
      if (pauseMs > 0 && !this.#isWoken && !this.#stopping) await this.#pause(pauseMs);
    }
    await this.#relay();
  }

  async #relay(): Promise<number> {
    if (!this.#bus.isConnected || !this.#store.isReady) return idleMs;
    try {
      const outcome = await this.#store.relay(maxBatch, (event) => this.#publish(event));
      if (outcome === 'busy') return busyMs;
      this.#note(outcome.fault);
      return outcome.fault === undefined && outcome.sent === maxBatch ? 0 : idleMs;
    } catch (error) {
      this.#note(error);
      return idleMs;
    }
  }

  async #publish(event: OutboxEvent): Promise<void> {
    const contract = contracts.get(event.type);
    if (contract === undefined) throw new Error(`no contract for ${event.type}`);
    await this.#publisher.publish(
      eventSubject(contract, event.userId),
      Buffer.from(JSON.stringify(event.data)),
      eventHeaders(contract, event.id, event.occurredAt.toISOString()),
    );
  }

  /** Logged when it changes, not each second. */
  #note(error: unknown): void {
    const fault = error === undefined ? undefined : error instanceof Error ? error.message : String(error);
    if (fault === this.#fault) return;
    this.#fault = fault;
    if (fault === undefined) this.#log.info('events are published again');
    else this.#log.warn({ err: error }, 'events wait in the outbox');
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
