export interface Counted {
  /** How many there were in this window, this one included. */
  readonly count: number;
  /** Until the window ends. */
  readonly leftMs: number;
}

/** Counts what somebody does in windows of fixed length, over all gateways. */
export interface RateCounter {
  /** Counts at once; what other gateways counted is known `bookEveryMs` late. @param weight as how many it counts, 1 unless told */
  count(key: string, windowMs: number, weight?: number): Counted;
  /** Asks Redis before it answers; without Redis as `count`. */
  countExactly(key: string, windowMs: number): Promise<Counted>;
  /** What was counted already, after asking Redis. Several questions of one tick cost one round trip. */
  total(key: string, windowMs: number): Promise<Counted>;
  close(): void;
}
