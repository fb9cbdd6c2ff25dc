/** More never wait at once: where a token says its slot, the rest of it says whose turn it is there. */
const maxSlots = 32_768;

/** What waits for an answer, each under a token that no other ever has. */
export interface WaitingList<T> {
  /** @returns its token: letters and digits. @throws RangeError when 32,768 wait. */
  add(one: T): string;
  /** Takes it off the list; undefined when it is not there (any more). */
  take(token: string): T | undefined;
  /** Takes off those of which this is true, in the order in which they came. */
  takeAll(isOver: (one: T) => boolean): T[];
  readonly size: number;
}

/**
 * Slots, and not a Map: one that thousands pass through each second makes itself a new table every few hundred of them,
 * every table points to the one that follows it, and once the first has been moved to the old space all that hangs on it
 * is moved there too. In a gateway that was 1.5 KiB a message, and a full collection of 40 ms every second.
 */
export function createWaitingList<T>(): WaitingList<T> {
  const slots: (T | undefined)[] = [];
  const turns: number[] = [];
  const free: number[] = [];
  let turn = 0;
  let size = 0;
  const clear = (slot: number): T | undefined => {
    const one = slots[slot];
    slots[slot] = undefined;
    turns[slot] = -1;
    free.push(slot);
    size--;
    return one;
  };
  return {
    add(one) {
      const slot = free.pop() ?? slots.length;
      if (slot >= maxSlots) throw new RangeError('too many wait');
      slots[slot] = one;
      turns[slot] = turn;
      size++;
      return (turn++ * maxSlots + slot).toString(36);
    },
    take(token) {
      const number = Number.parseInt(token, 36);
      const slot = number % maxSlots;
      return turns[slot] === Math.floor(number / maxSlots) ? clear(slot) : undefined;
    },
    takeAll(isOver) {
      const over = turns
        .flatMap((of, slot) => (of >= 0 && isOver(slots[slot] as T) ? [{ of, slot }] : []))
        .sort((one, other) => one.of - other.of);
      return over.map(({ slot }) => clear(slot) as T);
    },
    get size() {
      return size;
    },
  };
}
