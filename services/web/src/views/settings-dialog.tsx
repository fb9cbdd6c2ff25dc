import { Keyboard, LogOut } from 'lucide-preact';
import { languageOf, locale, locales, t } from '../i18n/t.ts';
import { Avatar } from '../parts/avatar.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { type Chat, signOut, signOutEverywhere } from '../state/chat.ts';
import { say, tellFault } from '../state/faults.ts';
import { allowNotifications } from '../state/notify.ts';
import { openOverlay } from '../state/overlay.ts';
import { changeSettings, settings } from '../state/settings.ts';
import { Devices } from './devices.tsx';

export function SettingsDialog({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const text = t.value;
  const { theme, notifications, doNotDisturb } = settings.value;
  const themes = [
    ['system', text.themeSystem],
    ['light', text.themeLight],
    ['dark', text.themeDark],
  ] as const;
  const setNotifications = async (isOn: boolean): Promise<void> => {
    const isAllowed = isOn && (await allowNotifications());
    if (isOn && !isAllowed) say(text.notificationsBlocked, true);
    changeSettings({ notifications: isAllowed });
  };
  const leave = (how: () => Promise<void>): void => {
    onClose();
    how().catch(tellFault);
  };
  return (
    <Dialog title={text.settings} onClose={onClose}>
      <div class="account">
        <Avatar id={chat.user.id} name={chat.user.displayName} size={40} />
        <div>
          <p class="account-name">{chat.user.displayName}</p>
          <p class="muted">@{chat.user.username}</p>
        </div>
      </div>
      <fieldset class="setting">
        <legend>{text.appearance}</legend>
        <div class="segments">
          {themes.map(([value, label]) => (
            <label key={value}>
              <input
                type="radio"
                name="theme"
                checked={theme === value}
                onChange={() => changeSettings({ theme: value })}
              />
              <span>{label}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset class="setting">
        <legend>{text.languageLabel}</legend>
        <div class="segments">
          {locales.map((one) => (
            <label key={one} lang={one}>
              <input
                type="radio"
                name="language"
                checked={locale.value === one}
                onChange={() => changeSettings({ locale: one })}
              />
              <span>{languageOf(one)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset class="setting">
        <legend>{text.notifications}</legend>
        <label class="check">
          <input
            type="checkbox"
            checked={notifications}
            onChange={(event) => void setNotifications(event.currentTarget.checked)}
          />
          {text.notificationsOn}
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={doNotDisturb}
            onChange={(event) => changeSettings({ doNotDisturb: event.currentTarget.checked })}
          />
          {text.doNotDisturb}
        </label>
      </fieldset>
      <Devices chat={chat} onSignOutEverywhere={() => leave(signOutEverywhere)} />
      <div class="dialog-footer spread">
        <button type="button" class="secondary" onClick={() => openOverlay({ kind: 'shortcuts' })}>
          <Keyboard size={18} aria-hidden="true" /> {text.shortcuts}
        </button>
        <button type="button" class="secondary dangerous" onClick={() => leave(signOut)}>
          <LogOut size={18} aria-hidden="true" /> {text.signOut}
        </button>
      </div>
    </Dialog>
  );
}
