import type { EventData, eventContracts } from '../events.ts';
import { editedMessage, entityExamples } from './entities.ts';
import { ids } from './ids.ts';

type Events = { readonly [C in (typeof eventContracts)[number] as C['type']]: EventData<C> };

/** The data of one event of each type. */
export const eventExamples: Events = {
  'message-stored.v1': entityExamples.Message,
  'member-added.v1': {
    conversationId: ids.group,
    member: entityExamples.Member,
    memberCount: 3,
    revision: 2,
  },
  'member-removed.v1': { conversationId: ids.group, userId: ids.cleo, memberCount: 2, revision: 7 },
  'conversation-joined.v1': {
    conversationId: ids.group,
    kind: 'group',
    name: 'Trip to Trieste',
    role: 'member',
    lastSeq: 12,
  },
  'conversation-left.v1': { conversationId: ids.group },
  'read-marked.v1': { conversationId: ids.group, seq: 42, unread: 0 },
  'message-changed.v1': {
    conversationId: ids.group,
    actorId: ids.ada,
    verb: 'edit-message',
    message: editedMessage,
  },
  'receipt-moved.v1': { conversationId: ids.group, ...entityExamples.Receipt },
  'message-hidden.v1': { conversationId: ids.group, seq: 42 },
  'conversation-changed.v1': {
    conversationId: ids.group,
    name: 'Trip to Trieste and Venice',
    pictureId: ids.media,
    revision: 5,
  },
  'member-changed.v1': {
    conversationId: ids.group,
    member: { ...entityExamples.Member, role: 'admin' },
    revision: 6,
  },
  'settings-changed.v1': { conversationId: ids.group, settings: entityExamples.ConversationSettings },
  'inbox-updated.v1': { unread: 1, revision: 7, latest: entityExamples.InboxItem },
  'media-processed.v1': entityExamples.Media,
  'user-registered.v1': entityExamples.User,
  'session-revoked.v1': { sessionId: ids.session, at: '2026-11-23T18:30:00.000Z' },
};
