/** Writes the latest of many values, one write at a time and not more often than `everyMs`. */
export interface SaveLatest<T> {
  save(value: T): void;
  /** Resolves when the latest value is written. */
  flush(): Promise<void>;
}

export function createSaveLatest<T>(
  write: (value: T) => void | Promise<void>,
  everyMs: number,
  onFault: (error: unknown) => void,
): SaveLatest<T> {
  let waiting: { value: T } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing: Promise<void> = Promise.resolve();

  const writeNow = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(async () => {
      const latest = waiting;
      waiting = undefined;
      if (latest !== undefined) await write(latest.value);
    });
    writing = writing.catch(onFault);
    return writing;
  };
  return {
    save(value) {
      waiting = { value };
      timer ??= setTimeout(() => void writeNow(), everyMs);
    },
    flush: writeNow,
  };
}
