/** A map of bounded size that forgets what was not asked for in a long while. */
export interface LruMap<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
}

/**
 * Two generations: what is used lives in the young one, and when that is full it becomes the old one, whose rest is
 * forgotten at the next turn. A hit costs one look-up, where a strict order would cost three changes of the map.
 */
export function createLruMap<Key, Value>(maxEntries: number): LruMap<Key, Value> {
  const maxYoung = Math.ceil(maxEntries / 2);
  let young = new Map<Key, Value>();
  let old = new Map<Key, Value>();
  const set = (key: Key, value: Value): void => {
    if (young.size >= maxYoung && !young.has(key)) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  };
  return {
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const older = old.get(key);
      if (older !== undefined) set(key, older);
      return older;
    },
    set,
    delete(key) {
      young.delete(key);
      old.delete(key);
    },
  };
}
