import type { TSchema } from 'typebox';

/** Whom an event is for: everyone in a conversation, or all devices of one user. */
export type Audience = 'conversation' | 'user';

/** Something that has happened. Published once per occurrence under its id, kept for days, replayed to who was away. */
export interface EventContract<T extends TSchema = TSchema, N extends string = string> {
  /** CloudEvents `type`, e.g. `message-stored.v1`. */
  readonly type: N;
  readonly audience: Audience;
  /** The service that publishes it. */
  readonly source: 'message' | 'user' | 'media' | 'notification';
  readonly summary: string;
  readonly data: T;
  /** Several of the same conversation may travel as one event, one JSON document a line (event-lines.ts). */
  readonly isToldTogether?: boolean;
}
