/**
 * Gives the keys of a map in `turns` equal parts, again and again: each key once a round, unless it has gone meanwhile.
 * What is done for thousands is done a little at a time.
 */
export function createRound<Key>(map: ReadonlyMap<Key, unknown>, turns: number): () => Key[] {
  let left: Key[] = [];
  return () => {
    if (left.length === 0) left = [...map.keys()];
    return left.splice(0, Math.ceil(map.size / turns)).filter((key) => map.has(key));
  };
}
