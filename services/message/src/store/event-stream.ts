/** The event stream as it is now. */
export interface EventStreamState {
  /** When it was made. */
  incarnation: string;
  generation: number;
  lastSequence: number;
}

export interface EventStream {
  /** @throws when it is not there */
  look(): Promise<EventStreamState>;
  /** The id of the event at that place; null where none is (any more). */
  findEventId(sequence: number): Promise<string | null>;
  /** When the message was stored whose event came last; null when there is none. */
  findLastStoredAt(): Promise<Date | null>;
  /** From now on cursors are of another epoch: everybody who has one fetches his state anew. */
  raiseGeneration(from: number): Promise<void>;
}
