/** More never wait at once: where a token says its slot, the rest of it says whose turn it is there. */
const maxSlots = 32_768;

/** What waits for an answer, and until when (`Date.now()`). */
export interface Waiting {
  readonly deadline: number;
}

/** What waits for answers, each under a token that no other ever has. */
export interface WaitingList<T extends Waiting> {
  /** @returns its token: letters and digits. @throws RangeError when 32,768 wait. */
  add(one: T): string;
  /** Takes it off the list; undefined when it is not there (any more). */
  take(token: string): T | undefined;
  readonly size: number;
  /** Resolves when nothing waits any more. */
  settled(): Promise<void>;
}

export interface WaitingListOptions<T> {
  /** How often is looked for what waits beyond its deadline. */
  sweepEveryMs: number;
  /** Called for each that was taken off because of its deadline, in the order in which they came. */
  onLate(one: T): void;
}

/**
 * Slots, and not a Map: one that thousands pass through each second makes itself a new table every few hundred of them,
 * every table points to the one that follows it, and once the first has been moved to the old space all that hangs on it
 * is moved there too. In a gateway that was 1.5 KiB a message, and a full collection of 40 ms every second.
 */
export function createWaitingList<T extends Waiting>({
  sweepEveryMs,
  onLate,
}: WaitingListOptions<T>): WaitingList<T> {
  const slots: (T | undefined)[] = [];
  const turns: number[] = [];
  const free: number[] = [];
  let turn = 0;
  let size = 0;
  let sweeper: NodeJS.Timeout | undefined;
  let settledWaiters: (() => void)[] = [];
  const rest = (): void => {
    if (size > 0) return;
    clearInterval(sweeper);
    sweeper = undefined;
    for (const resolve of settledWaiters) resolve();
    settledWaiters = [];
  };
  const clear = (slot: number): T | undefined => {
    const one = slots[slot];
    slots[slot] = undefined;
    turns[slot] = -1;
    free.push(slot);
    size--;
    return one;
  };
  const sweep = (): void => {
    const now = Date.now();
    const late = turns
      .flatMap((of, slot) => (of >= 0 && (slots[slot] as T).deadline <= now ? [{ of, slot }] : []))
      .sort((one, other) => one.of - other.of)
      .map(({ slot }) => clear(slot) as T);
    rest();
    for (const one of late) onLate(one);
  };
  return {
    add(one) {
      const slot = free.pop() ?? slots.length;
      if (slot >= maxSlots) throw new RangeError('too many wait');
      slots[slot] = one;
      turns[slot] = turn;
      size++;
      sweeper ??= setInterval(sweep, sweepEveryMs);
      return (turn++ * maxSlots + slot).toString(36);
    },
    take(token) {
      const number = Number.parseInt(token, 36);
      const slot = number % maxSlots;
      if (turns[slot] !== Math.floor(number / maxSlots)) return undefined;
      const one = clear(slot);
      rest();
      return one;
    },
    get size() {
      return size;
    },
    settled: () => (size === 0 ? Promise.resolve() : new Promise((resolve) => settledWaiters.push(resolve))),
  };
}
