/** Up to where a replica has seen the event stream. */
export interface ReplicaMark {
  replica: string;
  /** The process of the NATS server. */
  serverId: string;
  /** When the stream was made. */
  incarnation: string;
  generation: number;
  /** The last event that the stream acknowledged to it; 0 for none. */
  sequence: number;
  eventId: string;
  hasEnded: boolean;
}

export interface ReplicaMarks {
  list(): Promise<ReplicaMark[]>;
  put(mark: ReplicaMark): Promise<void>;
  forget(replicas: readonly string[]): Promise<void>;
}
