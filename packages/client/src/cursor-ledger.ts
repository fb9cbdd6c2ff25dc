export interface LedgerEntry {
  readonly cursor: string;
  done: boolean;
}

/**
 * Knows up to where everything was dealt with, when some events wait for others: the cursor to resume from never passes
 * an event that is still held.
 */
export interface CursorLedger {
  add(cursor: string): LedgerEntry;
  settle(entry: LedgerEntry): void;
  /** A place without an event of its own; counts only when nothing is open. */
  pass(cursor: string): void;
  clear(): void;
}

export function createCursorLedger(onCursor: (cursor: string) => void): CursorLedger {
  let open: LedgerEntry[] = [];
  return {
    add(cursor) {
      const entry = { cursor, done: false };
      open.push(entry);
      return entry;
    },
    settle(entry) {
      entry.done = true;
      if (open[0] !== entry) return;
      const firstOpen = open.findIndex(({ done }) => !done);
      const settled = firstOpen === -1 ? open.splice(0) : open.splice(0, firstOpen);
      const last = settled.at(-1);
      if (last !== undefined) onCursor(last.cursor);
    },
    pass(cursor) {
      if (open.length === 0) onCursor(cursor);
    },
    clear() {
      open = [];
    },
  };
}
