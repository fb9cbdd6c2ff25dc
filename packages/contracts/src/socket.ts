import Type, { type Static } from 'typebox';
import {
  ConversationId,
  Cursor,
  IdempotencyKey,
  MediaId,
  MessageId,
  Place,
  Sequence,
  SessionId,
  UserId,
} from './ids.ts';
import { MessageText, maxAttachments } from './message-entities.ts';
import { Presence } from './signals.ts';

const closed = { additionalProperties: false } as const;
/** The client's own name for a frame; the answer carries it back. */
const Ref = Type.String({ minLength: 1, maxLength: 64 });

/** Client to server. The first frame must be `hello`; a token never stands in a URL. */
export const Hello = Type.Object(
  { type: Type.Literal('hello'), token: Type.String({ maxLength: 4_096 }), cursor: Type.Optional(Cursor) },
  closed,
);
/** A fresh access token for a socket that stays. */
export const Renew = Type.Object(
  { type: Type.Literal('renew'), token: Type.String({ maxLength: 4_096 }) },
  closed,
);
export const Send = Type.Object(
  {
    type: Type.Literal('send'),
    conversationId: ConversationId,
    key: IdempotencyKey,
    text: MessageText,
    mediaIds: Type.Optional(Type.Array(MediaId, { maxItems: maxAttachments, uniqueItems: true })),
    replyTo: Type.Optional(Place),
  },
  closed,
);
export const Read = Type.Object(
  { type: Type.Literal('read'), ref: Type.Optional(Ref), conversationId: ConversationId, seq: Sequence },
  closed,
);
/** This device has got the messages up to a place; nothing is answered. */
export const Delivered = Type.Object(
  { type: Type.Literal('delivered'), conversationId: ConversationId, seq: Sequence },
  closed,
);
/** Somebody types; told to the others who are there, once in 2 s at most. */
export const Types = Type.Object({ type: Type.Literal('typing'), conversationId: ConversationId }, closed);
/** Whose presence this client shows, instead of all before; of those with whom it shares a conversation it is told. */
export const Watch = Type.Object(
  { type: Type.Literal('watch'), userIds: Type.Array(UserId, { maxItems: 200, uniqueItems: true }) },
  closed,
);
export const Ping = Type.Object({ type: Type.Literal('ping'), ref: Type.Optional(Ref) }, closed);
export const ClientFrame = Type.Union([Hello, Renew, Send, Read, Delivered, Types, Watch, Ping]);
export type ClientFrame = Static<typeof ClientFrame>;

/** Server to client. */
export const Ready = Type.Object(
  {
    type: Type.Literal('ready'),
    userId: UserId,
    sessionId: SessionId,
    cursor: Cursor,
    heartbeatMs: Type.Integer(),
    resumed: Type.Boolean({ description: 'The events after the given cursor follow, or a `resync` frame' }),
  },
  closed,
);
/** Events after the cursor cannot be given: fetch the state over REST; live events have already begun. */
export const Resync = Type.Object(
  {
    type: Type.Literal('resync'),
    reason: Type.Union([
      Type.Literal('too-old'),
      Type.Literal('too-far'),
      Type.Literal('past-end'),
      Type.Literal('epoch'),
      Type.Literal('invalid'),
    ]),
    cursor: Cursor,
  },
  closed,
);
export const Event = Type.Object(
  { type: Type.Literal('event'), event: Type.String(), cursor: Cursor, data: Type.Unknown() },
  closed,
);
/** The message with this key is committed (`stored`) or only accepted so far (`accepted`). */
export const Sent = Type.Object(
  {
    type: Type.Literal('sent'),
    key: IdempotencyKey,
    status: Type.Union([Type.Literal('stored'), Type.Literal('accepted')]),
    id: Type.Optional(MessageId),
    seq: Type.Optional(Sequence),
    duplicate: Type.Optional(Type.Boolean()),
  },
  closed,
);
export const Done = Type.Object({ type: Type.Literal('done'), ref: Ref }, closed);
export const Heartbeat = Type.Object(
  { type: Type.Literal('heartbeat'), cursor: Type.Optional(Cursor) },
  closed,
);
export const Pong = Type.Object({ type: Type.Literal('pong'), ref: Type.Optional(Ref) }, closed);
/** Somebody else types in a conversation; it holds for some seconds. */
export const TypingFrame = Type.Object(
  { type: Type.Literal('typing'), conversationId: ConversationId, userId: UserId },
  closed,
);
/** Whether somebody is there, or when they last were; absent while the platform does not know. */
export const PresenceFrame = Type.Object({ type: Type.Literal('presence'), ...Presence.properties }, closed);
export const ErrorFrame = Type.Object(
  {
    type: Type.Literal('error'),
    ref: Type.Optional(Ref),
    key: Type.Optional(IdempotencyKey),
    problem: Type.Object({
      type: Type.String(),
      title: Type.String(),
      status: Type.Integer(),
      detail: Type.Optional(Type.String()),
      retryable: Type.Boolean(),
      retryAfterMs: Type.Optional(Type.Integer()),
    }),
  },
  closed,
);
export const ServerFrame = Type.Union([
  Ready,
  Resync,
  Event,
  Sent,
  Done,
  Heartbeat,
  Pong,
  TypingFrame,
  PresenceFrame,
  ErrorFrame,
]);
export type ServerFrame = Static<typeof ServerFrame>;

/** Why the server ended a socket. `resumable`: connect again (any gateway) with the last cursor. */
export const closeCodes = {
  goingAway: { code: 1001, resumable: true, meaning: 'The gateway drains; come back after the given delay' },
  protocol: { code: 4400, resumable: false, meaning: 'A frame was not of the protocol' },
  unauthenticated: { code: 4401, resumable: false, meaning: 'The token is missing, wrong or expired' },
  revoked: { code: 4403, resumable: false, meaning: 'The session was ended' },
  helloTimeout: { code: 4408, resumable: false, meaning: 'No hello in time' },
  tooSlow: {
    code: 4409,
    resumable: true,
    meaning: 'The reader fell behind its buffer; resume from the last cursor',
  },
  tooMany: { code: 4429, resumable: true, meaning: 'Too many frames or sockets' },
} as const;
