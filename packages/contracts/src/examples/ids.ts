import type { ConversationId, InboxItemId, MediaId, MessageId, SessionId, UserId } from '../ids.ts';

/** Ada, Bob and Cleo, a conversation of two and one of three: every example is part of their story. */
export const ids = {
  ada: '01a207a2-3280-7fde-8e43-0d40bd57deea' as UserId,
  bob: '01a207a3-1ce0-781b-8637-d8fcd2c6da63' as UserId,
  cleo: '01a207a4-0740-7cbd-8d10-d72000b3a406' as UserId,
  session: '01a207a4-f1a0-73f3-8af1-ecebbd1410ab' as SessionId,
  /** `directConversationId(ada, bob)` */
  direct: '61ab28a0-4c67-5d07-b0b3-227e54814d24' as ConversationId,
  /** `groupConversationId(ada, 'trip-2026')` */
  group: 'e8e883ed-f7ec-5c47-8b8e-7f9f8031b1ca' as ConversationId,
  message: '01a207a6-c75a-7ab5-830a-13e45914982b' as MessageId,
  media: '01a207a6-9f50-7721-8c95-25ade2ea8903' as MediaId,
  inboxItem: '00000000-0007-8d3c-8a41-5f0e9c2b7d16' as InboxItemId,
} as const;

export const cursor = 'mwsz6rk0.3mv.mwt1id0a';
