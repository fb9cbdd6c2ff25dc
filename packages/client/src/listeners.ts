/** Who wants to hear of one thing. A listener's fault goes to `onFault`, not to the others. */
export interface Listeners<T> {
  add(listener: (value: T) => void): () => void;
  tell(value: T): void;
}

export function createListeners<T>(onFault: (error: unknown) => void): Listeners<T> {
  const all = new Set<(value: T) => void>();
  return {
    add(listener) {
      all.add(listener);
      return () => all.delete(listener);
    },
    tell(value) {
      for (const listener of all) {
        try {
          listener(value);
        } catch (error) {
          onFault(error);
        }
      }
    },
  };
}
