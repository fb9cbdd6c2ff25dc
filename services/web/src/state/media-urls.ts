import type { MediaId } from '@storm/contracts';
import { useEffect, useState } from 'preact/hooks';
import type { Chat } from './chat.ts';

type Variant = 'thumbnail' | 'original';
interface Kept {
  readonly loading: Promise<string>;
  users: number;
}

const kept = new Map<string, Kept>();
const maxIdle = 60;

/** Fetching needs the token, so what is drawn is a blob; those of the last rows are kept for the way back. */
function take(chat: Chat, mediaId: MediaId, variant: Variant): Kept {
  const key = `${variant} ${mediaId}`;
  const found = kept.get(key);
  if (found !== undefined) {
    kept.delete(key);
    kept.set(key, found);
    return found;
  }
  const load = async (): Promise<string> => {
    const response = await chat.storm.downloads.open(mediaId, { variant, timeoutMs: 60_000 });
    return URL.createObjectURL(await response.blob());
  };
  const next: Kept = { loading: load(), users: 0 };
  next.loading.catch(() => kept.delete(key));
  kept.set(key, next);
  const idle = [...kept].filter(([, { users }]) => users === 0);
  for (const [old, { loading }] of idle.slice(0, Math.max(0, idle.length - maxIdle))) {
    kept.delete(old);
    loading.then(URL.revokeObjectURL, () => undefined);
  }
  return next;
}

/** @returns the address of the bytes once they are here, `null` when they cannot be had */
export function useMediaUrl(
  chat: Chat,
  mediaId: MediaId,
  variant: Variant,
  isWanted = true,
): string | null | undefined {
  const [url, setUrl] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    if (!isWanted) return;
    const mine = take(chat, mediaId, variant);
    let isHere = true;
    mine.users++;
    mine.loading.then(
      (loaded) => isHere && setUrl(loaded),
      () => isHere && setUrl(null),
    );
    return () => {
      isHere = false;
      mine.users--;
    };
  }, [chat, mediaId, variant, isWanted]);
  return url;
}

/** Saves a file under its name. */
export async function download(chat: Chat, mediaId: MediaId, name: string): Promise<void> {
  const response = await chat.storm.downloads.open(mediaId, { timeoutMs: 60_000 });
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
