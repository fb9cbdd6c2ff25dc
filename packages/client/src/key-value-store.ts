/**
 * Where a client keeps its session (`session`) and its place in the event stream (`cursor`): two short strings.
 * Synchronous or not; `null` means absent.
 */
export interface KeyValueStore {
  get(key: string): string | null | Promise<string | null>;
  set(key: string, value: string | null): void | Promise<void>;
}

/** Forgets everything with the process. */
export function memoryStore(): KeyValueStore {
  const values = new Map<string, string>();
  return {
    get: (key) => values.get(key) ?? null,
    set(key, value) {
      if (value === null) values.delete(key);
      else values.set(key, value);
    },
  };
}

/** What `localStorage` and `sessionStorage` have in common. */
export interface WebStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** @example createStormClient({ baseUrl: location.origin, store: webStore(localStorage) }) */
export const webStore = (storage: WebStorage, prefix = 'storm.'): KeyValueStore => ({
  get: (key) => storage.getItem(prefix + key),
  set(key, value) {
    if (value === null) storage.removeItem(prefix + key);
    else storage.setItem(prefix + key, value);
  },
});
