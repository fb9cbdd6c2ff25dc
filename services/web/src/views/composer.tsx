import type { ConversationId } from '@storm/contracts';
import { Paperclip, SendHorizontal, Smile } from 'lucide-preact';
import { lazy, Suspense } from 'preact/compat';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { editMessage } from '../state/change-message.ts';
import type { Chat } from '../state/chat.ts';
import { editing, stopEditing } from '../state/editing.ts';
import { say, tellFault } from '../state/faults.ts';
import { composerId, focusComposer, hasKeyboard } from '../state/focus-composer.ts';
import { replying, stopReply } from '../state/replying.ts';
import { useMention } from '../state/use-mention.ts';
import { ComposerBar } from './composer-bar.tsx';
import { MentionList, mentionIdOf, mentionListId } from './mention-list.tsx';
import { StagedFiles } from './staged-files.tsx';

const EmojiPicker = lazy(() => import('./emoji-picker.tsx'));

const maxFiles = 10;
const maxTextLength = 16_000;
const maxHeightPx = 220;

export function Composer({ chat, id, title }: { chat: Chat; id: ConversationId; title: string }) {
  const kept = chat.drafts.of(id).value;
  const edited = editing.value?.conversationId === id ? editing.value : null;
  const answered = edited === null && replying.value?.conversationId === id ? replying.value : null;
  const [editText, setEditText] = useState('');
  const draft = edited === null ? kept : { text: editText, files: [] };
  const field = useRef<HTMLTextAreaElement>(null);
  const [isPicking, setPicking] = useState(false);
  const mention = useMention(chat, id, insert);
  const isSuggesting = mention.suggestions.length > 0;
  const left = maxTextLength - draft.text.length;
  const canSend = (draft.text.trim() !== '' || draft.files.length > 0) && left >= 0;

  useLayoutEffect(() => {
    const place = field.current;
    if (place === null) return;
    place.style.height = 'auto';
    place.style.height = `${Math.min(place.scrollHeight, maxHeightPx)}px`;
  }, [draft.text]);

  useLayoutEffect(() => setEditText(edited?.text ?? ''), [edited]);
  const setText = (text: string): void => {
    if (text !== '') chat.storm.typing(id);
    if (edited === null) chat.drafts.change(id, { text });
    else setEditText(text);
  };
  const addFiles = (files: readonly File[]): void => {
    const all = [...chat.drafts.of(id).peek().files, ...files];
    if (all.length > maxFiles) say(t.value.tooManyFiles(maxFiles), true);
    chat.drafts.change(id, { files: all.slice(0, maxFiles) });
    focusComposer();
  };
  function send(): void {
    if (!canSend) return;
    if (edited !== null) {
      stopEditing();
      if (editText.trim() !== edited.text) editMessage(chat, edited, editText.trim()).catch(tellFault);
      return;
    }
    const taken = chat.drafts.take(id);
    const { text, files } = taken;
    mention.close();
    replying.value = null;
    chat.model.unsent
      .add(id, { text: text.trim(), files, replyTo: answered?.seq })
      .catch((error: unknown) => {
        // It could not be kept: better in the field than nowhere.
        chat.drafts.giveBack(taken);
        tellFault(error);
      });
    focusComposer();
  }
  function insert(what: string, from?: number): void {
    const place = field.current;
    if (place === null) return;
    const start = from ?? place.selectionStart;
    const before = place.value.slice(0, start);
    const after = place.value.slice(place.selectionEnd);
    setText(before + what + after);
    const caret = start + what.length;
    requestAnimationFrame(() => {
      place.focus();
      place.setSelectionRange(caret, caret);
    });
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (mention.onKey(event)) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey && (hasKeyboard() || event.ctrlKey)) {
      event.preventDefault();
      send();
    }
    if (event.key === 'Escape' && (edited !== null || answered !== null)) {
      event.preventDefault();
      if (edited !== null) stopEditing();
      else stopReply();
    }
    if (event.key === 'ArrowUp' && draft.text === '' && !event.altKey) {
      const rows = document.querySelectorAll<HTMLElement>('.message');
      event.preventDefault();
      rows[rows.length - 1]?.focus();
    }
  }
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <MentionList mention={mention} />
      <ComposerBar chat={chat} answered={answered} edited={edited} />
      <StagedFiles files={draft.files} onChange={(files) => chat.drafts.change(id, { files })} />
      <div class="composer-box">
        <label class="icon-button" title={t.value.attach}>
          <Paperclip size={20} aria-hidden="true" />
          <input
            type="file"
            multiple
            class="visually-hidden"
            aria-label={t.value.attach}
            onChange={(event) => {
              addFiles([...(event.currentTarget.files ?? [])]);
              event.currentTarget.value = '';
            }}
          />
        </label>
        <textarea
          ref={field}
          id={composerId}
          rows={1}
          value={draft.text}
          placeholder={t.value.compose(title)}
          aria-label={t.value.compose(title)}
          aria-describedby="composer-hint"
          aria-autocomplete="list"
          aria-controls={isSuggesting ? mentionListId : undefined}
          aria-activedescendant={isSuggesting ? mentionIdOf(mention.chosen) : undefined}
          dir="auto"
          onInput={(event) => {
            setText(event.currentTarget.value);
            mention.look(event.currentTarget);
          }}
          onClick={(event) => mention.look(event.currentTarget)}
          onBlur={mention.close}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const files = [...(event.clipboardData?.files ?? [])];
            if (files.length === 0) return;
            event.preventDefault();
            addFiles(files);
          }}
        />
        <span id="composer-hint" class="visually-hidden">
          {t.value.composeHint}
        </span>
        <div class="emoji-place">
          <button
            type="button"
            class="icon-button"
            aria-label={t.value.emoji}
            title={t.value.emoji}
            aria-expanded={isPicking}
            onClick={() => setPicking(!isPicking)}
          >
            <Smile size={20} />
          </button>
          {isPicking && (
            <Suspense fallback={null}>
              <EmojiPicker
                onPick={(emoji) => {
                  setPicking(false);
                  insert(emoji);
                }}
                onClose={() => {
                  setPicking(false);
                  focusComposer();
                }}
              />
            </Suspense>
          )}
        </div>
        <button
          type="submit"
          class="send-button"
          aria-label={t.value.send}
          title={t.value.send}
          disabled={!canSend}
        >
          <SendHorizontal size={20} />
        </button>
      </div>
      {left < 0 && (
        <p class="fault-line" role="alert">
          {t.value.tooLong(-left)}
        </p>
      )}
    </form>
  );
}
