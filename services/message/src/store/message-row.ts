import type {
  Attachment,
  ConversationId,
  Forwarded,
  Message,
  MessageId,
  Reaction,
  UserId,
} from '@storm/contracts';

/** A row of `message.current_message`, in the order of `messageColumns`. */
export type MessageRow = [
  id: string,
  conversationId: string,
  seq: string,
  senderId: string,
  key: string,
  text: string,
  attachments: Attachment[] | null,
  storedAt: Date,
  revision: string | null,
  replyTo: string | null,
  forwarded: Forwarded | null,
  editedAt: Date | null,
  deletedAt: Date | null,
  reactions: Reaction[] | null,
];

const names = [
  'id',
  'conversation_id',
  'seq',
  'sender_id',
  'key',
  'text',
  'attachments',
  'stored_at',
  'revision',
  'reply_to',
  'forwarded',
  'edited_at',
  'deleted_at',
  'reactions',
];

/** For a relation that is called `m`. */
export const messageColumns = names.map((name) => `m.${name}`).join(', ');

/** Whether a reader has deleted the message `m` for themselves. @param reader the placeholder of their id */
export const hiddenFor = (reader: string): string =>
  `exists (select 1 from message.hidden h
           where h.conversation_id = m.conversation_id and h.user_id = ${reader} and h.seq = m.seq)`;

/** What a message says of itself only once something has happened to it. */
function readAnnotation([, , , , , , , , ...row]: MessageRow): Partial<Message> {
  const [revision, replyTo, forwarded, editedAt, deletedAt, reactions] = row;
  return {
    ...(revision === null || revision === '0' ? {} : { revision: Number(revision) }),
    ...(replyTo === null ? {} : { replyTo: Number(replyTo) }),
    ...(forwarded === null ? {} : { forwarded }),
    ...(editedAt === null ? {} : { editedAt: editedAt.toISOString() }),
    ...(deletedAt === null ? {} : { deletedAt: deletedAt.toISOString() }),
    ...(reactions === null ? {} : { reactions }),
  };
}

/** @param isHidden whether the reader has deleted it for themselves */
export function readMessage(row: MessageRow, isHidden = false): Message {
  const message: Message = {
    id: row[0] as MessageId,
    conversationId: row[1] as ConversationId,
    seq: Number(row[2]),
    senderId: row[3] as UserId,
    key: row[4],
    text: isHidden ? '' : row[5],
    attachments: isHidden ? [] : (row[6] ?? []),
    storedAt: row[7].toISOString(),
  };
  if (!isHidden) return { ...message, ...readAnnotation(row) };
  const { revision } = readAnnotation(row);
  return { ...message, ...(revision === undefined ? {} : { revision }), hidden: true };
}
