import { WifiOff } from 'lucide-preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { type Chat, isConnected, isOffline } from '../state/chat.ts';

/** A cut that heals at once is not worth a word. */
const tellAfterMs = 1_500;

/** How the connection is, said only when it is not well. */
export function ConnectionLine({ chat }: { chat: Chat }) {
  const connected = isConnected.value;
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (connected) return;
    const timer = setTimeout(() => setLong(true), tellAfterMs);
    return () => clearTimeout(timer);
  }, [connected]);
  const waiting = chat.model.unsent.pending.value.filter(
    ({ state }) => state === 'waiting' || state === 'sending',
  ).length;
  const isShown = !connected && (isLong || isOffline.value);
  return (
    <div class={`connection ${isShown ? 'is-shown' : ''}`} role="status" data-connected={connected}>
      {isShown && (
        <>
          <WifiOff size={16} aria-hidden="true" />
          <span>
            {isOffline.value ? t.value.offline : t.value.reconnecting}
            {waiting > 0 && ` ${t.value.unsentCount(waiting)}.`}
          </span>
        </>
      )}
    </div>
  );
}
