import {
  Conversation,
  ConversationList,
  ConversationSettings,
  ConversationSummary,
  Inbox,
  InboxItem,
  Member,
  Receipt,
  User,
} from './entities.ts';
import { Tokens } from './http/index.ts';
import { Media } from './media-entities.ts';
import { Attachment, FoundMessages, Message, MessagePage } from './message-entities.ts';

/** The schemas that documents name and refer to instead of repeating them. */
export const entitySchemas = {
  Attachment,
  Conversation,
  ConversationList,
  ConversationSettings,
  ConversationSummary,
  FoundMessages,
  Inbox,
  InboxItem,
  Media,
  Member,
  Message,
  MessagePage,
  Receipt,
  Tokens,
  User,
} as const;
export type EntitySchemas = typeof entitySchemas;
