import type { ConversationId, User } from '@storm/contracts';
import { Paperclip, Pencil, Reply, SendHorizontal, Smile, X } from 'lucide-preact';
import { lazy, Suspense } from 'preact/compat';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { formatBytes } from '../i18n/times.ts';
import { Avatar } from '../parts/avatar.tsx';
import { editMessage } from '../state/change-message.ts';
import type { Chat } from '../state/chat.ts';
import { editing, stopEditing } from '../state/editing.ts';
import { say, tellFault } from '../state/faults.ts';
import { composerId, focusComposer, hasKeyboard } from '../state/focus-composer.ts';
import { replying, stopReply } from '../state/replying.ts';
import { folded, personName, previewOf } from '../text/names.ts';
import { LocalThumbnail } from './attachments.tsx';

const EmojiPicker = lazy(() => import('./emoji-picker.tsx'));

const maxFiles = 10;
const maxTextLength = 16_000;
const maxHeightPx = 220;
const maxSuggestions = 6;

export function Composer({ chat, id, title }: { chat: Chat; id: ConversationId; title: string }) {
  const kept = chat.drafts.of(id).value;
  const edited = editing.value?.conversationId === id ? editing.value : null;
  const answered = edited === null && replying.value?.conversationId === id ? replying.value : null;
  const [editText, setEditText] = useState('');
  const draft = edited === null ? kept : { text: editText, files: [] };
  const field = useRef<HTMLTextAreaElement>(null);
  const [isPicking, setPicking] = useState(false);
  const [mention, setMention] = useState<Mention | null>(null);
  const [chosen, setChosen] = useState(0);
  const suggestions = useSuggestions(chat, id, mention);
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
    setMention(null);
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
  const complete = (user: User): void => {
    if (mention === null) return;
    insert(`@${user.username} `, mention.start);
    setMention(null);
  };
  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (suggestions.length > 0) {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by !== undefined) setChosen((chosen + by + suggestions.length) % suggestions.length);
      else if (event.key === 'Enter' || event.key === 'Tab') {
        const user = suggestions[chosen];
        if (user !== undefined) complete(user);
      } else if (event.key === 'Escape') setMention(null);
      else return;
      event.preventDefault();
      event.stopPropagation();
      return;
    }
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
  const look = (place: HTMLTextAreaElement): void => {
    setMention(mentionAt(place));
    setChosen(0);
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {suggestions.length > 0 && (
        <div class="suggestions" role="listbox" id="mention-list" aria-label={t.value.mentionSuggestions}>
          {suggestions.map((user, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the field keeps the focus.
            <div
              key={user.id}
              id={`mention-${index}`}
              role="option"
              class="suggestion"
              aria-selected={index === chosen}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => complete(user)}
            >
              <Avatar id={user.id} name={user.displayName} size={24} />
              <span>{user.displayName}</span>
              <span class="muted">@{user.username}</span>
            </div>
          ))}
        </div>
      )}
      {answered !== null && (
        <div class="editing-bar">
          <Reply size={16} aria-hidden="true" />
          <span class="reply-line">
            {t.value.replyingTo(personName(chat, answered.senderId))}
            <span class="muted">{previewOf(answered)}</span>
          </span>
          <button
            type="button"
            class="icon-button small"
            aria-label={t.value.cancelReply}
            onClick={stopReply}
          >
            <X size={16} />
          </button>
        </div>
      )}
      {edited !== null && (
        <div class="editing-bar">
          <Pencil size={16} aria-hidden="true" />
          <span>{t.value.editing}</span>
          <button
            type="button"
            class="icon-button small"
            aria-label={t.value.cancelEditing}
            onClick={stopEditing}
          >
            <X size={16} />
          </button>
        </div>
      )}
      {draft.files.length > 0 && (
        <ul class="staged">
          {draft.files.map((file, index) => (
            <li key={`${file.name} ${index}`} class="staged-file">
              <LocalThumbnail file={file} />
              <span class="file-text">
                <span class="file-name">{file.name}</span>
                <span class="file-hint">{formatBytes(file.size)}</span>
              </span>
              <button
                type="button"
                class="icon-button small"
                aria-label={t.value.removeFile(file.name)}
                onClick={() => {
                  chat.drafts.change(id, { files: draft.files.filter((_, at) => at !== index) });
                  focusComposer();
                }}
              >
                <X size={16} />
              </button>
            </li>
          ))}
        </ul>
      )}
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
          aria-controls={suggestions.length > 0 ? 'mention-list' : undefined}
          aria-activedescendant={suggestions.length > 0 ? `mention-${chosen}` : undefined}
          dir="auto"
          onInput={(event) => {
            setText(event.currentTarget.value);
            look(event.currentTarget);
          }}
          onClick={(event) => look(event.currentTarget)}
          onBlur={() => setMention(null)}
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

interface Mention {
  /** Where the @ stands. */
  readonly start: number;
  readonly typed: string;
}

function mentionAt(place: HTMLTextAreaElement): Mention | null {
  const before = place.value.slice(0, place.selectionStart);
  const found = /(?:^|[\s(])@([\p{L}\p{N}._-]{0,32})$/u.exec(before);
  return found === null
    ? null
    : { start: before.length - (found[1]?.length ?? 0) - 1, typed: found[1] ?? '' };
}

function useSuggestions(chat: Chat, id: ConversationId, mention: Mention | null): readonly User[] {
  if (mention === null) return [];
  const members = chat.model.details(id).value?.members ?? [];
  const typed = folded(mention.typed);
  const people = members.flatMap(({ userId }) => {
    const user = userId === chat.user.id ? undefined : chat.model.profile(userId).value;
    return user === undefined ? [] : [user];
  });
  return people
    .filter(
      ({ username, displayName }) =>
        username.startsWith(typed) ||
        folded(displayName)
          .split(/\s+/)
          .some((word) => word.startsWith(typed)),
    )
    .slice(0, maxSuggestions);
}
