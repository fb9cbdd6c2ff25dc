import { retry } from '@storm/client';
import type { ConversationId, Role, UserId } from '@storm/contracts';
import type { Chat } from './chat.ts';
import { newKey } from './new-key.ts';

const withinMs = 20_000;

/** For always, as the platform has it. */
export const farAway = new Date('9999-01-01T00:00:00Z');

export async function setPinned(
  { storm }: Chat,
  conversationId: ConversationId,
  pinned: boolean,
): Promise<void> {
  const input = { params: { conversationId }, body: { key: newKey(), pinned } };
  await retry(() => storm.api.changeSettings(input), { withinMs });
}

/** @param until null: not any more */
export async function mute(
  { storm }: Chat,
  conversationId: ConversationId,
  until: Date | null,
): Promise<void> {
  const body = { key: newKey(), mutedUntil: until?.toISOString() ?? null };
  await retry(() => storm.api.changeSettings({ params: { conversationId }, body }), { withinMs });
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

export async function removeMember(
  { storm }: Chat,
  conversationId: ConversationId,
  userId: UserId,
): Promise<void> {
  await storm.api.removeMember({ params: { conversationId, userId } });
}
