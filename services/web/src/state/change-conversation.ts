import { retry } from '@storm/client';
import type { ConversationId, Role, UserId } from '@storm/contracts';
import type { Chat } from './chat.ts';
import { newKey } from './new-key.ts';

const withinMs = 20_000;
const farAway = '9999-01-01T00:00:00Z';

export async function setPinned(
  { storm }: Chat,
  conversationId: ConversationId,
  pinned: boolean,
): Promise<void> {
  const input = { params: { conversationId }, body: { key: newKey(), pinned } };
  await retry(() => storm.api.changeSettings(input), { withinMs });
}

export async function setMuted(
  { storm }: Chat,
  conversationId: ConversationId,
  isMuted: boolean,
): Promise<void> {
  const input = { params: { conversationId }, body: { key: newKey(), mutedUntil: isMuted ? farAway : null } };
  await retry(() => storm.api.changeSettings(input), { withinMs });
}

export async function rename({ storm }: Chat, conversationId: ConversationId, name: string): Promise<void> {
  const input = { params: { conversationId }, body: { key: newKey(), name } };
  await retry(() => storm.api.editConversation(input), { withinMs });
}

export async function setPicture({ storm }: Chat, conversationId: ConversationId, file: File): Promise<void> {
  const { id: pictureId } = await storm.upload(conversationId, { data: file });
  const input = { params: { conversationId }, body: { key: newKey(), pictureId } };
  await retry(() => storm.api.editConversation(input), { withinMs });
}

export async function setRole(
  { storm }: Chat,
  conversationId: ConversationId,
  userId: UserId,
  role: Role,
): Promise<void> {
  const input = { params: { conversationId, userId }, body: { key: newKey(), role } };
  await retry(() => storm.api.setRole(input), { withinMs });
}
