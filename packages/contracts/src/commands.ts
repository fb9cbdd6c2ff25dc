import Type, { type Static, type TSchema } from 'typebox';
import {
  Attachment,
  Conversation,
  ConversationKind,
  ConversationName,
  Message,
  MessageText,
  maxAttachments,
} from './entities.ts';
import {
  type ConversationId,
  ConversationId as ConversationIdSchema,
  IdempotencyKey,
  MediaId,
  Sequence,
  UserId,
} from './ids.ts';

/** Work on one conversation that the message service must do once, in order, whenever it can. */
export interface CommandContract<
  T extends TSchema = TSchema,
  A extends TSchema = TSchema,
  V extends string = string,
> {
  readonly verb: V;
  readonly version: 1;
  readonly summary: string;
  readonly data: T;
  /** What whoever waits at the `Storm-Reply` inbox is told after the commit; a refusal is a problem instead. */
  readonly answer: A;
}

const closed = { additionalProperties: false } as const;
const command = <T extends TSchema, A extends TSchema, const V extends string>(
  verb: V,
  summary: string,
  data: T,
  answer: A,
): CommandContract<T, A, V> => ({ verb, version: 1, summary, data, answer });

export const sendMessage = command(
  'send-message',
  "Store a message under the sender's key",
  Type.Object(
    {
      conversationId: ConversationIdSchema,
      senderId: UserId,
      key: IdempotencyKey,
      text: MessageText,
      attachments: Type.Array(Attachment, { maxItems: maxAttachments }),
    },
    closed,
  ),
  Type.Object({ message: Message, duplicate: Type.Boolean() }, closed),
);
export type SendMessage = Static<typeof sendMessage.data>;

export const markRead = command(
  'mark-read',
  "Move a member's read watermark forward",
  Type.Object({ conversationId: ConversationIdSchema, userId: UserId, seq: Sequence }, closed),
  Type.Object({ seq: Sequence, unread: Type.Integer({ minimum: 0 }) }, closed),
);
export type MarkRead = Static<typeof markRead.data>;

export const createConversation = command(
  'create-conversation',
  'Make a conversation exist; its id names it, so a retry finds it',
  Type.Object(
    {
      conversationId: ConversationIdSchema,
      kind: ConversationKind,
      name: Type.Union([ConversationName, Type.Null()]),
      creatorId: UserId,
      memberIds: Type.Array(UserId, { minItems: 1, maxItems: 1_000, uniqueItems: true }),
    },
    closed,
  ),
  Type.Object({ conversation: Conversation, created: Type.Boolean() }, closed),
);
export type CreateConversation = Static<typeof createConversation.data>;

export const addMembers = command(
  'add-members',
  'Add members',
  Type.Object(
    {
      conversationId: ConversationIdSchema,
      actorId: UserId,
      userIds: Type.Array(UserId, { minItems: 1, maxItems: 1_000, uniqueItems: true }),
    },
    closed,
  ),
  Type.Object({ conversation: Conversation }, closed),
);
export type AddMembers = Static<typeof addMembers.data>;

export const removeMember = command(
  'remove-member',
  'Remove a member, or leave',
  Type.Object({ conversationId: ConversationIdSchema, actorId: UserId, userId: UserId }, closed),
  Type.Object({}, closed),
);
export type RemoveMember = Static<typeof removeMember.data>;

export const conversationCommands = [
  sendMessage,
  markRead,
  createConversation,
  addMembers,
  removeMember,
] as const;

/** The job that a finished upload leaves for the media service. */
export const processMedia = {
  verb: 'process',
  version: 1,
  summary: 'Hash, clean and make a thumbnail of a finished upload',
  data: Type.Object({ mediaId: MediaId }, closed),
} as const;
export type ProcessMedia = Static<typeof processMedia.data>;

/** Where a command is published; the stream then moves it to the partition of its conversation. */
export const commandSubject = (contract: CommandContract, conversationId: ConversationId): string =>
  `command.conversation.${conversationId}.${contract.verb}`;

export const processMediaSubject = (mediaId: MediaId): string => `job.media.${mediaId}.${processMedia.verb}`;

/** The header of a command that names the inbox waiting for the commit. */
export const replyHeader = 'Storm-Reply';
