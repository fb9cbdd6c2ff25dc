import Type, { type Static } from 'typebox';
import { type ConversationId, Instant, type UserId, UserId as UserIdSchema } from './ids.ts';

/**
 * What gateways tell one another and nobody stores: who hears it hears it, who was away missed nothing that lasts.
 * Plain NATS subjects, outside every stream.
 */
const closed = { additionalProperties: false } as const;

/** Somebody types in a conversation. */
export const Typing = Type.Object({ userId: UserIdSchema }, closed);
export type Typing = Static<typeof Typing>;
export const typingSubject = (conversationId: ConversationId | '*'): string =>
  `signal.typing.${conversationId}`;

/** Somebody has come or gone. `lastSeenAt`: null while they are there, or when nobody remembers. */
export const Presence = Type.Object(
  { userId: UserIdSchema, online: Type.Boolean(), lastSeenAt: Type.Union([Instant, Type.Null()]) },
  closed,
);
export type Presence = Static<typeof Presence>;
export const presenceSubject = (userId: UserId | '*'): string => `signal.presence.${userId}`;

/** How often a client that types may say so for one conversation; more is dropped. */
export const typingEveryMs = 2_000;
