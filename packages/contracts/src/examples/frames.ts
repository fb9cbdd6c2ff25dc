import type { ClientFrame, ServerFrame } from '../socket.ts';
import { entityExamples } from './entities.ts';
import { cursor, ids } from './ids.ts';

type ByType<Frame extends { type: string }> = {
  readonly [T in Frame['type']]: Extract<Frame, { type: T }>;
};

const { Message, Tokens } = entityExamples;

/** One frame of each type that a client sends. */
export const clientFrameExamples: ByType<ClientFrame> = {
  hello: { type: 'hello', token: Tokens.accessToken, cursor },
  renew: { type: 'renew', token: Tokens.accessToken },
  send: {
    type: 'send',
    conversationId: ids.group,
    key: Message.key,
    text: Message.text,
    mediaIds: [ids.media],
  },
  read: { type: 'read', ref: 'r1', conversationId: ids.group, seq: 42 },
  delivered: { type: 'delivered', conversationId: ids.group, seq: 42 },
  typing: { type: 'typing', conversationId: ids.group },
  watch: { type: 'watch', userIds: [ids.bob] },
  ping: { type: 'ping', ref: 'p1' },
};

/** One frame of each type that a server sends. */
export const serverFrameExamples: ByType<ServerFrame> = {
  ready: {
    type: 'ready',
    userId: ids.ada,
    sessionId: ids.session,
    cursor,
    heartbeatMs: 15_000,
    resumed: true,
  },
  resync: { type: 'resync', reason: 'too-old', cursor },
  event: { type: 'event', event: 'message-stored.v1', cursor, data: Message },
  sent: {
    type: 'sent',
    key: Message.key,
    status: 'stored',
    id: Message.id,
    seq: Message.seq,
    duplicate: false,
  },
  done: { type: 'done', ref: 'r1' },
  heartbeat: { type: 'heartbeat', cursor },
  pong: { type: 'pong', ref: 'p1' },
  typing: { type: 'typing', conversationId: ids.group, userId: ids.bob },
  presence: {
    type: 'presence',
    userId: ids.bob,
    online: false,
    lastSeenAt: '2026-11-23T09:00:00.000Z',
  },
  error: {
    type: 'error',
    key: Message.key,
    problem: {
      type: 'urn:storm:problem:key-reused',
      title: 'This key already names another message',
      status: 409,
      retryable: false,
    },
  },
};
