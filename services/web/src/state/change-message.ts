import { retry } from '@storm/client';
import type { Message } from '@storm/contracts';
import type { Chat } from './chat.ts';
import { newKey } from './new-key.ts';

const withinMs = 20_000;
const placeOf = ({ conversationId, seq }: Message) => ({ conversationId, seq: String(seq) });

/** Each is tried again under one key; what comes back is shown before its event comes. */
export async function editMessage({ storm, model }: Chat, message: Message, text: string): Promise<void> {
  const input = { params: placeOf(message), body: { key: newKey(), text } };
  const changed = await retry(() => storm.api.editMessage(input), { withinMs });
  if ('id' in changed) model.applyMessage(changed);
}

export async function react({ storm, model, user }: Chat, message: Message, emoji: string): Promise<void> {
  const isMine = message.reactions?.find((one) => one.emoji === emoji)?.userIds.includes(user.id) ?? false;
  const input = { params: placeOf(message), body: { key: newKey(), emoji, on: !isMine } };
  const changed = await retry(() => storm.api.reactToMessage(input), { withinMs });
  if ('id' in changed) model.applyMessage(changed);
}

export async function deleteMessage(
  { storm }: Chat,
  message: Message,
  whom: 'everyone' | 'me',
): Promise<void> {
  const input = { params: placeOf(message), query: { key: newKey(), for: whom } };
  await retry(() => storm.api.deleteMessage(input), { withinMs });
}
