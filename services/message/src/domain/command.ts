import type {
  CreateConversation,
  changeCommands,
  ForwardMessage,
  MarkDelivered,
  MarkRead,
  Message,
  SendMessage,
} from '@storm/contracts';
import type { Static } from 'typebox';

type ChangeContract = (typeof changeCommands)[number];

/** A command that changes what is there. `id` is unique per published command and the same when it comes again. */
export type ChangeCommand = {
  [C in ChangeContract as C['verb']]: { id: string; verb: C['verb']; data: Static<C['data']> };
}[ChangeContract['verb']];

/** A command of a conversation, told apart by its verb. */
export type ConversationCommand =
  | ChangeCommand
  | { id: string; verb: 'send-message'; data: SendMessage }
  | { id: string; verb: 'forward-message'; data: ForwardMessage }
  | { id: string; verb: 'mark-read'; data: MarkRead }
  | { id: string; verb: 'mark-delivered'; data: MarkDelivered }
  | { id: string; verb: 'create-conversation'; data: CreateConversation };

/** What gets a place in a conversation: a message of one's own, or a copy of another. */
export type PostCommand = Extract<ConversationCommand, { verb: 'send-message' | 'forward-message' }>;

/** An event to publish, encoded already: a stored message is written out once and goes to reply and event alike. */
export interface OutgoingEvent {
  subject: string;
  data: Uint8Array;
  headers: Record<string, string>;
}

/** What a command led to: the answer for whoever waits, and what has happened. */
export interface CommandOutcome {
  /** JSON. */
  reply: string;
  isProblem: boolean;
  /** The same array in several outcomes: they are told once for all of them. */
  events: OutgoingEvent[];
  /** Its events have just come to be: nobody can have told them before. */
  isFresh?: boolean;
  /** A message that was stored before: its events may have been told or not. */
  repeats?: Message;
  /** A message that was deleted: the stream must forget what it said. */
  erase?: Message;
}
