import type { Message } from '@storm/contracts';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { Dialog } from '../parts/dialog.tsx';
import { OptionList } from '../parts/option-list.tsx';
import type { Chat } from '../state/chat.ts';
import { tellFault } from '../state/faults.ts';
import { parseSearch } from '../state/parse-search.ts';
import { go } from '../state/route.ts';
import { previewOf } from '../text/names.ts';
import { FoundMessage } from './found-message.tsx';

const waitMs = 250;

/** Messages by words and operators; a choice shows the message in its conversation. */
export function SearchDialog({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [found, setFound] = useState<readonly Message[]>([]);
  const [hint, setHint] = useState<string | null>(null);
  const parsed = parseSearch(chat, typed);
  const words = 'query' in parsed ? (parsed.query.q?.match(/[\p{L}\p{N}]+/gu) ?? []) : [];
  useEffect(() => {
    setFound([]);
    setHint(null);
    if (typed.trim() === '') return;
    if ('unknown' in parsed) return setHint(t.value.searchUnknown(parsed.unknown));
    if (Object.keys(parsed.query).length === 0) return;
    const stop = new AbortController();
    setHint(t.value.loading);
    const timer = setTimeout(() => {
      chat.storm.api
        .searchMessages({ query: parsed.query }, { signal: stop.signal })
        .then(({ messages, isComplete }) => {
          setFound(messages);
          setHint(isComplete ? t.value.searchEmpty : t.value.searchIncomplete);
        })
        .catch((error: unknown) => {
          if (!stop.signal.aborted) tellFault(error);
        });
    }, waitMs);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [typed, chat]);
  return (
    <Dialog title={t.value.searchMessages} onClose={onClose} class="dialog-top wide-dialog" isTitleHidden>
      <OptionList
        label={t.value.searchMessages}
        placeholder={t.value.searchPlaceholder}
        typed={typed}
        onType={setTyped}
        options={found}
        keyOf={({ id }) => id}
        onChoose={({ conversationId, seq }) => {
          onClose();
          go(conversationId, seq);
        }}
        empty={hint ?? t.value.searchHint}
        draw={(message) => (
          <FoundMessage
            chat={chat}
            conversationId={message.conversationId}
            senderId={message.senderId}
            at={message.storedAt}
            text={previewOf(message)}
            words={words}
          />
        )}
      />
    </Dialog>
  );
}
