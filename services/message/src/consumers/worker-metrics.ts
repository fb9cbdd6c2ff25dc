import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What is told of the work on commands. */
export interface WorkerMetrics {
  /** A batch was decided, retries included. */
  decided(commands: number, tookMs: number): void;
  /** A batch has to be tried again. */
  retried(): void;
  /** A command became a dead letter. */
  parked(): void;
  /** From now on these are asked whenever somebody looks. */
  watch(what: { partitions(): number; bytesInHand(): number }): void;
}

export function createWorkerMetrics(registry: Registry): WorkerMetrics {
  const registers = [registry];
  const commands = new Histogram({
    name: 'storm_message_batch_commands',
    help: 'Commands decided together',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
    registers,
  });
  const seconds = new Histogram({
    name: 'storm_message_batch_seconds',
    help: 'From taking a batch to its commit',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    registers,
  });
  const retries = new Counter({
    name: 'storm_message_batch_retries_total',
    help: 'Batches tried again because the database could not be used',
    registers,
  });
  const dead = new Counter({
    name: 'storm_message_parked_total',
    help: 'Commands that could not be handled and became dead letters',
    registers,
  });
  return {
    decided(count, tookMs) {
      commands.observe(count);
      seconds.observe(tookMs / 1_000);
    },
    retried: () => retries.inc(),
    parked: () => dead.inc(),
    watch({ partitions, bytesInHand }) {
      gauge(registry, 'storm_message_partitions', 'Partitions that this replica works on', partitions);
      gauge(registry, 'storm_message_in_hand_bytes', 'Commands taken and not yet acknowledged', bytesInHand);
    },
  };
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
