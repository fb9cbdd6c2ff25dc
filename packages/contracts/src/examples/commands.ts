import type { Static } from 'typebox';
import type { CommandContract, conversationCommands, ProcessMedia } from '../commands.ts';
import { editedMessage, entityExamples, forwardedMessage } from './entities.ts';
import { ids } from './ids.ts';

interface CommandExample<C extends CommandContract> {
  readonly data: Static<C['data']>;
  readonly answer: Static<C['answer']>;
}
type Commands = { readonly [C in (typeof conversationCommands)[number] as C['verb']]: CommandExample<C> };

const { Attachment, Conversation, Message } = entityExamples;

const byAda = { conversationId: ids.group, actorId: ids.ada };

/** One command of each verb with the answer to it. */
export const commandExamples: Commands = {
  'send-message': {
    data: {
      conversationId: ids.group,
      senderId: ids.ada,
      key: Message.key,
      text: Message.text,
      attachments: [Attachment],
    },
    answer: { id: Message.id, seq: Message.seq, storedAt: Message.storedAt, duplicate: false },
  },
  'forward-message': {
    data: {
      conversationId: ids.group,
      senderId: ids.ada,
      key: 'phone-7f3a-0052',
      from: { conversationId: ids.direct, seq: 7 },
    },
    answer: {
      ...{ id: forwardedMessage.id, seq: forwardedMessage.seq, storedAt: forwardedMessage.storedAt },
      ...{ duplicate: false, message: forwardedMessage },
    },
  },
  'mark-delivered': { data: { conversationId: ids.group, userId: ids.cleo, seq: 42 }, answer: {} },
  'mark-read': {
    data: { conversationId: ids.group, userId: ids.cleo, seq: 42 },
    answer: { seq: 42, unread: 0 },
  },
  'create-conversation': {
    data: {
      conversationId: ids.group,
      kind: 'group',
      name: 'Trip to Trieste',
      creatorId: ids.ada,
      memberIds: [ids.ada, ids.bob],
    },
    answer: { conversation: Conversation, created: true },
  },
  'edit-message': {
    data: { ...byAda, key: 'phone-7f3a-0043', seq: 42, text: editedMessage.text },
    answer: { message: editedMessage },
  },
  'delete-message': {
    data: { ...byAda, key: 'phone-7f3a-0044', seq: 42 },
    answer: {
      message: {
        ...Message,
        text: '',
        attachments: [],
        revision: 5,
        deletedAt: '2026-11-23T09:07:00.000Z',
      },
    },
  },
  'hide-message': { data: { ...byAda, key: 'phone-7f3a-0045', seq: 42 }, answer: {} },
  'react-to-message': {
    data: { ...byAda, key: 'phone-7f3a-0046', seq: 42, emoji: '👋', on: true },
    answer: { message: editedMessage },
  },
  'edit-conversation': {
    data: { ...byAda, key: 'phone-7f3a-0047', name: 'Trip to Trieste' },
    answer: { conversation: Conversation },
  },
  'set-role': {
    data: { ...byAda, key: 'phone-7f3a-0048', userId: ids.cleo, role: 'member' },
    answer: { conversation: Conversation },
  },
  'change-settings': {
    data: { ...byAda, key: 'phone-7f3a-0049', pinned: true },
    answer: entityExamples.ConversationSettings,
  },
  'add-members': {
    data: { ...byAda, key: 'phone-7f3a-0050', userIds: [ids.cleo] },
    answer: { conversation: Conversation },
  },
  'remove-member': {
    data: { ...byAda, key: 'phone-7f3a-0051', userId: ids.cleo },
    answer: {},
  },
};

export const processMediaExample: ProcessMedia = { mediaId: ids.media };
