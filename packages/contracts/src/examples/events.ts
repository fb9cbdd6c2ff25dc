import type { EventData, eventContracts } from '../events.ts';
import { entityExamples } from './entities.ts';
import { ids } from './ids.ts';

type Events = { readonly [C in (typeof eventContracts)[number] as C['type']]: EventData<C> };

/** The data of one event of each type. */
export const eventExamples: Events = {
  'message-stored.v1': entityExamples.Message,
  'member-added.v1': { conversationId: ids.group, member: entityExamples.Member },
  'member-removed.v1': { conversationId: ids.group, userId: ids.cleo },
  'conversation-joined.v1': {
    conversationId: ids.group,
    kind: 'group',
    name: 'Trip to Trieste',
    role: 'member',
    lastSeq: 12,
  },
  'conversation-left.v1': { conversationId: ids.group },
  'read-marked.v1': { conversationId: ids.group, seq: 42, unread: 0 },
  'inbox-updated.v1': { unread: 1, revision: 7, latest: entityExamples.InboxItem },
  'media-processed.v1': entityExamples.Media,
  'user-registered.v1': entityExamples.User,
  'session-revoked.v1': { sessionId: ids.session, at: '2026-11-23T18:30:00.000Z' },
};
