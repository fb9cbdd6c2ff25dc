import type { ConversationSummary } from '@storm/contracts';
import { ImagePlus, Pencil } from 'lucide-preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { rename, setPicture } from '../state/change-conversation.ts';
import type { Chat } from '../state/chat.ts';
import { tellFault } from '../state/faults.ts';

/** Name and picture, for who may change them. */
export function GroupEditor({ chat, summary }: { chat: Chat; summary: ConversationSummary }) {
  const [isOpen, setOpen] = useState(false);
  const save = (event: SubmitEvent): void => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget as HTMLFormElement).get('name') ?? '').trim();
    setOpen(false);
    if (name !== '' && name !== summary.name) rename(chat, summary.id, name).catch(tellFault);
  };
  if (isOpen)
    return (
      <form class="rename" onSubmit={save}>
        <input
          name="name"
          type="text"
          class="option-field"
          aria-label={t.value.groupName}
          maxLength={80}
          defaultValue={summary.name ?? ''}
          ref={(field) => field?.focus()}
        />
        <button type="submit" class="primary">
          {t.value.save}
        </button>
      </form>
    );
  return (
    <div class="panel-actions">
      <button type="button" class="secondary" onClick={() => setOpen(true)}>
        <Pencil size={16} aria-hidden="true" /> {t.value.rename}
      </button>
      <label class="secondary">
        <ImagePlus size={16} aria-hidden="true" /> {t.value.changePicture}
        <input
          type="file"
          accept="image/*"
          class="visually-hidden"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            if (file !== undefined) setPicture(chat, summary.id, file).catch(tellFault);
          }}
        />
      </label>
    </div>
  );
}
