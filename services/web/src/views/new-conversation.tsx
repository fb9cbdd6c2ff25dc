import type { User } from '@storm/contracts';
import { X } from 'lucide-preact';
import { useRef, useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { Dialog } from '../parts/dialog.tsx';
import { OptionList } from '../parts/option-list.tsx';
import { PersonOption } from '../parts/person-option.tsx';
import { type Chat, startDirect } from '../state/chat.ts';
import { tellFault } from '../state/faults.ts';
import { usePeople } from '../state/find-people.ts';
import { focusComposerSoon } from '../state/focus-composer.ts';
import { go } from '../state/route.ts';

/** One person: a direct conversation. Several, or a name: a group. */
export function NewConversation({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const [chosen, setChosen] = useState<readonly User[]>([]);
  const [name, setName] = useState('');
  const [isBusy, setBusy] = useState(false);
  // A second press must not make a second group.
  const key = useRef(crypto.getRandomValues(new Uint32Array(4)).join('-'));
  const isGroup = chosen.length > 1 || name.trim() !== '';

  async function create(): Promise<void> {
    const [only] = chosen;
    if (only === undefined && !isGroup) return;
    setBusy(true);
    try {
      if (!isGroup && only !== undefined) go(await startDirect(chat, only));
      else {
        chat.model.learn(chosen);
        const title =
          name.trim() ||
          chosen
            .map(({ displayName }) => displayName)
            .join(', ')
            .slice(0, 80);
        const memberIds = chosen.map(({ id }) => id);
        const body = { kind: 'group', key: key.current, name: title, memberIds } as const;
        const created = await chat.storm.api.createConversation({ body });
        if ('members' in created) chat.model.learnConversation(created);
        go(created.id);
      }
      onClose();
      focusComposerSoon();
    } catch (error) {
      tellFault(error);
      setBusy(false);
    }
  }
  return (
    <Dialog title={t.value.newConversation} onClose={onClose}>
      <PeoplePicker chat={chat} chosen={chosen} onChange={setChosen} />
      <div class="field">
        <label for="group-name">{t.value.groupName}</label>
        <input
          id="group-name"
          type="text"
          maxLength={80}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </div>
      <div class="dialog-footer">
        <button type="button" class="secondary" onClick={onClose}>
          {t.value.cancel}
        </button>
        <button
          type="button"
          class="primary"
          disabled={isBusy || (chosen.length === 0 && name.trim() === '')}
          onClick={() => void create()}
        >
          {isBusy ? t.value.creating : isGroup ? t.value.createGroup : t.value.start}
        </button>
      </div>
    </Dialog>
  );
}

export function PeoplePicker({
  chat,
  chosen,
  onChange,
  without = new Set(),
}: {
  chat: Chat;
  chosen: readonly User[];
  onChange: (chosen: readonly User[]) => void;
  without?: ReadonlySet<string>;
}) {
  const [typed, setTyped] = useState('');
  const { people, isSearching } = usePeople(chat, typed);
  const taken = new Set(chosen.map(({ id }) => id));
  const options = people.filter(({ id }) => !taken.has(id) && !without.has(id));
  const empty = isSearching
    ? t.value.loading
    : typed.trim() === ''
      ? t.value.findPeopleHint
      : t.value.nobodyFound;
  return (
    <div class="people-picker">
      {chosen.length > 0 && (
        <ul class="chips">
          {chosen.map((user) => (
            <li key={user.id} class="chip">
              {user.displayName}
              <button
                type="button"
                aria-label={t.value.removePerson(user.displayName)}
                onClick={() => onChange(chosen.filter(({ id }) => id !== user.id))}
              >
                <X size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <OptionList
        label={t.value.findPeople}
        placeholder={t.value.findPeoplePlaceholder}
        typed={typed}
        onType={setTyped}
        options={options}
        keyOf={({ id }) => id}
        onChoose={(user) => {
          onChange([...chosen, user]);
          setTyped('');
        }}
        empty={empty}
        draw={(user) => <PersonOption user={user} />}
      />
    </div>
  );
}
