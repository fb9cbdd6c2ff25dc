import type { Message } from '@storm/contracts';
import type { Chat } from '../state/chat.ts';
import { SendState } from './send-state.tsx';

/** How far a message of one's own has got with everybody else; drawn by itself, so that a receipt draws no row anew. */
export function Reached({ chat, message }: { chat: Chat; message: Message }) {
  return <SendState state={reached(chat, message)} />;
}

function reached(chat: Chat, message: Message): 'sent' | 'delivered' | 'read' {
  const all = chat.model.receipts(message.conversationId).value;
  const others = [...all.values()].filter(({ userId }) => userId !== chat.user.id);
  if (others.length === 0) return 'sent';
  if (others.every(({ readSeq }) => readSeq >= message.seq)) return 'read';
  return others.every(({ deliveredSeq }) => deliveredSeq >= message.seq) ? 'delivered' : 'sent';
}
