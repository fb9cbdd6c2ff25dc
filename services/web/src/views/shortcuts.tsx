import { t } from '../i18n/t.ts';
import { Dialog } from '../parts/dialog.tsx';
import { isApple, switcherShortcut } from '../text/shortcut.ts';

export function Shortcuts({ onClose }: { onClose: () => void }) {
  const text = t.value;
  const alt = isApple ? '⌥' : 'Alt';
  const rows: [string, string][] = [
    [switcherShortcut, text.shortcutSwitcher],
    [isApple ? '⌘⇧F' : 'Ctrl Shift F', text.searchMessages],
    [isApple ? '⌘⇧M' : 'Ctrl Shift M', text.mentionsOfMe],
    [`${alt} ↑`, text.shortcutPreviousConversation],
    [`${alt} ↓`, text.shortcutNextConversation],
    [`${alt} Shift ↓`, text.shortcutNextUnread],
    ['↑', text.shortcutMessages],
    ['Esc', text.shortcutComposer],
    [isApple ? '⌘/' : 'Ctrl /', text.shortcutHelp],
  ];
  return (
    <Dialog title={text.shortcuts} onClose={onClose}>
      <dl class="shortcuts">
        {rows.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>{meaning}</dt>
            <dd>
              <kbd>{keys}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
