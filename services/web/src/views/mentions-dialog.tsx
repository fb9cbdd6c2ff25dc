import type { InboxItem } from '@storm/contracts';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { Dialog } from '../parts/dialog.tsx';
import { OptionList } from '../parts/option-list.tsx';
import type { Chat } from '../state/chat.ts';
import { explain } from '../state/faults.ts';
import { findMentions } from '../state/find-mentions.ts';
import { go } from '../state/route.ts';
import { folded, personName } from '../text/names.ts';
import { FoundMessage } from './found-message.tsx';

/** Where somebody has spoken to the reader; a choice shows the message in its conversation. */
export function MentionsDialog({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const [found, setFound] = useState<readonly InboxItem[] | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [typed, setTyped] = useState('');
  useEffect(() => {
    const stop = new AbortController();
    findMentions(chat, stop.signal).then(setFound, (error: unknown) => {
      if (!stop.signal.aborted) setFault(explain(error));
    });
    return () => stop.abort();
  }, [chat]);
  const wanted = folded(typed.trim());
  const options = (found ?? []).filter(({ preview, senderId }) =>
    folded(`${personName(chat, senderId)} ${preview}`).includes(wanted),
  );
  const empty =
    found === null ? t.value.loading : found.length === 0 ? t.value.noMentions : t.value.switcherEmpty;
  return (
    <Dialog title={t.value.mentionsOfMe} onClose={onClose} class="dialog-top wide-dialog" isTitleHidden>
      <OptionList
        label={t.value.mentionsOfMe}
        placeholder={t.value.mentionsOfMe}
        typed={typed}
        onType={setTyped}
        options={options}
        keyOf={({ id }) => id}
        onChoose={({ conversationId, seq }) => {
          onClose();
          go(conversationId, seq);
        }}
        empty={fault ?? empty}
        draw={({ conversationId, senderId, createdAt, preview }) => (
          <FoundMessage
            chat={chat}
            conversationId={conversationId}
            senderId={senderId}
            at={createdAt}
            text={preview}
          />
        )}
      />
    </Dialog>
  );
}
