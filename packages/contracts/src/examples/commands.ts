import type { Static } from 'typebox';
import type { CommandContract, conversationCommands, ProcessMedia } from '../commands.ts';
import { entityExamples } from './entities.ts';
import { ids } from './ids.ts';

interface CommandExample<C extends CommandContract> {
  readonly data: Static<C['data']>;
  readonly answer: Static<C['answer']>;
}
type Commands = { readonly [C in (typeof conversationCommands)[number] as C['verb']]: CommandExample<C> };

const { Attachment, Conversation, Message } = entityExamples;

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
    answer: { message: Message, duplicate: false },
  },
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
  'add-members': {
    data: { conversationId: ids.group, actorId: ids.ada, userIds: [ids.cleo] },
    answer: { conversation: Conversation },
  },
  'remove-member': {
    data: { conversationId: ids.group, actorId: ids.ada, userId: ids.cleo },
    answer: {},
  },
};

export const processMediaExample: ProcessMedia = { mediaId: ids.media };
