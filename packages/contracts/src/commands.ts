import Type, { type Static, type TSchema } from 'typebox';
import {
  Conversation,
  ConversationKind,
  ConversationName,
  ConversationSettings,
  PictureId,
  Role,
} from './entities.ts';
import {
  type ConversationId,
  ConversationId as ConversationIdSchema,
  IdempotencyKey,
  Instant,
  MediaId,
  MessageId,
  Place,
  Sequence,
  UserId,
} from './ids.ts';
import { Attachment, Emoji, Message, MessageText, maxAttachments } from './message-entities.ts';

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

/** Who changes what; the key is the actor's own name for this change, which is carried out once. */
const change = { conversationId: ConversationIdSchema, actorId: UserId, key: IdempotencyKey };

/** Where a message got its place. */
const placed = { id: MessageId, seq: Sequence, storedAt: Instant, duplicate: Type.Boolean() };

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
      replyTo: Type.Optional(Place),
    },
    closed,
  ),
  // The message itself only where it does not stand as it was sent: changed since, under the same key.
  Type.Object({ ...placed, message: Type.Optional(Message) }, closed),
);
export type SendMessage = Static<typeof sendMessage.data>;

export const forwardMessage = command(
  'forward-message',
  'Store a copy of a message that the sender can read',
  Type.Object(
    {
      conversationId: ConversationIdSchema,
      senderId: UserId,
      key: IdempotencyKey,
      from: Type.Object({ conversationId: ConversationIdSchema, seq: Place }, closed),
    },
    closed,
  ),
  Type.Object({ ...placed, message: Message }, closed),
);
export type ForwardMessage = Static<typeof forwardMessage.data>;

export const markDelivered = command(
  'mark-delivered',
  "Move forward up to where a member's devices have got the messages",
  Type.Object({ conversationId: ConversationIdSchema, userId: UserId, seq: Sequence }, closed),
  Type.Object({}, closed),
);
export type MarkDelivered = Static<typeof markDelivered.data>;

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
      ...change,
      key: Type.Optional(IdempotencyKey),
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
  Type.Object({ ...change, key: Type.Optional(IdempotencyKey), userId: UserId }, closed),
  Type.Object({}, closed),
);
export type RemoveMember = Static<typeof removeMember.data>;

export const editMessage = command(
  'edit-message',
  'Replace the text of an own message; the earlier one stays in its history',
  Type.Object({ ...change, seq: Place, text: MessageText }, closed),
  Type.Object({ message: Message }, closed),
);
export type EditMessage = Static<typeof editMessage.data>;

export const deleteMessage = command(
  'delete-message',
  'Delete a message for everyone: its place stays, what it said is gone',
  Type.Object({ ...change, seq: Place }, closed),
  Type.Object({ message: Message }, closed),
);
export type DeleteMessage = Static<typeof deleteMessage.data>;

export const hideMessage = command(
  'hide-message',
  'Delete a message for oneself',
  Type.Object({ ...change, seq: Place }, closed),
  Type.Object({}, closed),
);
export type HideMessage = Static<typeof hideMessage.data>;

export const reactToMessage = command(
  'react-to-message',
  'Put a reaction on a message, or take it away',
  Type.Object({ ...change, seq: Place, emoji: Emoji, on: Type.Boolean() }, closed),
  Type.Object({ message: Message }, closed),
);
export type ReactToMessage = Static<typeof reactToMessage.data>;

export const editConversation = command(
  'edit-conversation',
  'Change the name or the picture of a group',
  Type.Object(
    { ...change, name: Type.Optional(ConversationName), pictureId: Type.Optional(PictureId) },
    closed,
  ),
  Type.Object({ conversation: Conversation }, closed),
);
export type EditConversation = Static<typeof editConversation.data>;

export const setRole = command(
  'set-role',
  'Give a member a role; who gives the ownership away becomes an admin',
  Type.Object({ ...change, userId: UserId, role: Role }, closed),
  Type.Object({ conversation: Conversation }, closed),
);
export type SetRole = Static<typeof setRole.data>;

export const changeSettings = command(
  'change-settings',
  'Mute or pin a conversation for oneself',
  Type.Object(
    {
      ...change,
      mutedUntil: Type.Optional(Type.Union([Instant, Type.Null()])),
      pinned: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
  ConversationSettings,
);
export type ChangeSettings = Static<typeof changeSettings.data>;

/** Verbs that change what is there; each is carried out once, under its key. */
export const changeCommands = [
  editMessage,
  deleteMessage,
  hideMessage,
  reactToMessage,
  editConversation,
  setRole,
  changeSettings,
  addMembers,
  removeMember,
] as const;

export const conversationCommands = [
  sendMessage,
  forwardMessage,
  markRead,
  markDelivered,
  createConversation,
  ...changeCommands,
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
