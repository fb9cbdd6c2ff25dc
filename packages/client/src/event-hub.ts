import type { StormEvent } from '@storm/contracts';
import { createListeners, type Listeners } from './listeners.ts';

export type EventType = StormEvent['type'];
type DataByType = { readonly [E in StormEvent as E['type']]: E['data'] };
export type EventDataOf<T extends EventType> = DataByType[T];

/** Gives events to whoever asked for their type, then to whoever asked for all. */
export interface EventHub {
  /** @returns a function that ends it */
  on<T extends EventType>(type: T, listener: (data: EventDataOf<T>) => void): () => void;
  onAny(listener: (event: StormEvent) => void): () => void;
  emit(event: StormEvent): void;
}

export function createEventHub(onFault: (error: unknown) => void): EventHub {
  const byType = new Map<string, Listeners<never>>();
  const all = createListeners<StormEvent>(onFault);
  return {
    on(type, listener) {
      const listeners = byType.get(type) ?? createListeners<never>(onFault);
      byType.set(type, listeners);
      return listeners.add(listener);
    },
    onAny: (listener) => all.add(listener),
    emit(event) {
      byType.get(event.type)?.tell(event.data as never);
      all.tell(event);
    },
  };
}
