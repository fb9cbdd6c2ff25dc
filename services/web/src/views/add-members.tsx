import type { ConversationId, User } from '@storm/contracts';
import { useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { Dialog } from '../parts/dialog.tsx';
import type { Chat } from '../state/chat.ts';
import { tellFault } from '../state/faults.ts';
import { PeoplePicker } from './new-conversation.tsx';

export function AddMembers({ chat, id, onClose }: { chat: Chat; id: string; onClose: () => void }) {
  const conversationId = id as ConversationId;
  const [chosen, setChosen] = useState<readonly User[]>([]);
  const members = chat.model.details(conversationId).value?.members ?? [];
  async function add(): Promise<void> {
    try {
      chat.model.learn(chosen);
      const userIds = chosen.map((user) => user.id);
      await chat.storm.api.addMembers({ params: { conversationId }, body: { userIds } });
      onClose();
    } catch (error) {
      tellFault(error);
    }
  }
  return (
    <Dialog title={t.value.addPeople} onClose={onClose}>
      <PeoplePicker
        chat={chat}
        chosen={chosen}
        onChange={setChosen}
        without={new Set(members.map(({ userId }) => userId))}
      />
      <div class="dialog-footer">
        <button type="button" class="secondary" onClick={onClose}>
          {t.value.cancel}
        </button>
        <button type="button" class="primary" disabled={chosen.length === 0} onClick={() => void add()}>
          {t.value.addPeople}
        </button>
      </div>
    </Dialog>
  );
}
