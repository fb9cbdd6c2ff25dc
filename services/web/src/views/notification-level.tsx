import { t } from '../i18n/t.ts';
import { changeSettings, type Level, settings } from '../state/settings.ts';

/** Of what in a conversation this device makes itself heard. */
export function NotificationLevel({ id }: { id: string }) {
  const level = settings.value.levels[id] ?? 'all';
  const choices: [Level, string][] = [
    ['all', t.value.levelAll],
    ['mentions', t.value.levelMentions],
    ['none', t.value.levelNone],
  ];
  return (
    <div class="field">
      <label for="notification-level">{t.value.notifyMe}</label>
      <select
        id="notification-level"
        value={level}
        onChange={(event) => {
          const chosen = event.currentTarget.value as Level;
          changeSettings({ levels: { ...settings.value.levels, [id]: chosen } });
        }}
      >
        {choices.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}
