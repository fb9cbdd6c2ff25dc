import type { AddMembers, CreateConversation, MarkRead, RemoveMember, SendMessage } from '@storm/contracts';

/** A command of a conversation, told apart by its verb. `id` is unique per published command and the same when it comes again. */
export type ConversationCommand = { id: string } & (
  | { verb: 'send-message'; data: SendMessage }
  | { verb: 'mark-read'; data: MarkRead }
  | { verb: 'create-conversation'; data: CreateConversation }
  | { verb: 'add-members'; data: AddMembers }
  | { verb: 'remove-member'; data: RemoveMember }
);

/** An event to publish, encoded already: a stored message is written out once and goes to reply and event alike. */
export interface OutgoingEvent {
  subject: string;
  data: Uint8Array;
  headers: Record<string, string>;
}

/** What a command led to: the answer for whoever waits, and what has happened. */
export interface CommandOutcome {
  reply: Uint8Array;
  isProblem: boolean;
  events: OutgoingEvent[];
}
