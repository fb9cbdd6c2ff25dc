import type { SignedInDevice } from '@storm/contracts';
import { MonitorSmartphone } from 'lucide-preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { formatFull, formatWhen } from '../i18n/times.ts';
import type { Chat } from '../state/chat.ts';
import { explain, tellFault } from '../state/faults.ts';

/** Where one is signed in; any of them but this one can be signed out from here. */
export function Devices({ chat, onSignOutEverywhere }: { chat: Chat; onSignOutEverywhere: () => void }) {
  const [devices, setDevices] = useState<readonly SignedInDevice[] | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    chat.storm.api.listSessions(undefined, { signal: stop.signal }).then(
      ({ sessions }) => setDevices(sessions),
      (error: unknown) => {
        if (!stop.signal.aborted) setFault(explain(error));
      },
    );
    return () => stop.abort();
  }, [chat]);
  const end = async ({ id }: SignedInDevice): Promise<void> => {
    await chat.storm.api.endSession({ params: { sessionId: id } });
    setDevices((before) => before?.filter((one) => one.id !== id) ?? null);
  };
  return (
    <section class="setting" aria-label={t.value.devices}>
      <h3>{t.value.devices}</h3>
      {fault !== null && <p class="muted">{fault}</p>}
      {devices === null && fault === null && <p class="muted">{t.value.loading}</p>}
      <ul class="devices">
        {devices?.map((device) => {
          const since = formatFull(new Date(device.createdAt));
          return (
            <li key={device.id} class="device">
              <MonitorSmartphone size={20} aria-hidden="true" />
              <span class="device-text">
                <span>{nameOfDevice(device)}</span>
                <span class="muted">
                  {device.isCurrent ? `${t.value.thisDevice} · ` : ''}
                  {t.value.signedInSince(since)}
                </span>
                {!device.isCurrent && (
                  <span class="muted">{t.value.lastUsed(formatWhen(new Date(device.lastUsedAt)))}</span>
                )}
              </span>
              {!device.isCurrent && (
                <button
                  type="button"
                  class="secondary"
                  aria-label={`${t.value.signOut}: ${nameOfDevice(device)}, ${t.value.signedInSince(since)}`}
                  onClick={() => end(device).catch(tellFault)}
                >
                  {t.value.signOut}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      <button type="button" class="link dangerous" onClick={onSignOutEverywhere}>
        {t.value.signOutEverywhere}
      </button>
    </section>
  );
}

const nameOfDevice = ({ browser, system }: SignedInDevice): string =>
  browser === null ? t.value.unknownDevice : t.value.deviceName(browser, system);
