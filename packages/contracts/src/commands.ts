import Type, { type Static, type TSchema } from 'typebox';
import { Attachment, ConversationKind, ConversationName, MessageText, maxAttachments } from './entities.ts';
import {
  type ConversationId,
  ConversationId as ConversationIdSchema,
  IdempotencyKey,
  MediaId,
  Sequence,
  UserId,
} from './ids.ts';

/** Work on one conversation that the message service must do once, in order, whenever it can. */
export interface CommandContract<T extends TSchema = TSchema> {
  readonly verb: string;
  readonly version: 1;
  readonly data: T;
}

const closed = { additionalProperties: false } as const;
const command = <T extends TSchema>(verb: string, data: T): CommandContract<T> => ({
  verb,
  version: 1,
  data,
});

export const sendMessage = command(
  'send-message',
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
);
export type SendMessage = Static<typeof sendMessage.data>;

export const markRead = command(
  'mark-read',
  Type.Object({ conversationId: ConversationIdSchema, userId: UserId, seq: Sequence }, closed),
);
export type MarkRead = Static<typeof markRead.data>;

export const createConversation = command(
  'create-conversation',
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
);
export type CreateConversation = Static<typeof createConversation.data>;

export const addMembers = command(
  'add-members',
  Type.Object(
    {
      conversationId: ConversationIdSchema,
      actorId: UserId,
      userIds: Type.Array(UserId, { minItems: 1, maxItems: 1_000, uniqueItems: true }),
    },
    closed,
  ),
);
export type AddMembers = Static<typeof addMembers.data>;

export const removeMember = command(
  'remove-member',
  Type.Object({ conversationId: ConversationIdSchema, actorId: UserId, userId: UserId }, closed),
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
  data: Type.Object({ mediaId: MediaId }, closed),
} as const;
export type ProcessMedia = Static<typeof processMedia.data>;

/** Where a command is published; the stream then moves it to the partition of its conversation. */
export const commandSubject = (contract: CommandContract, conversationId: ConversationId): string =>
  `command.conversation.${conversationId}.${contract.verb}`;

export const processMediaSubject = (mediaId: MediaId): string => `job.media.${mediaId}.${processMedia.verb}`;

/** The header of a command that names the inbox waiting for the commit. */
export const replyHeader = 'Storm-Reply';
