import { computed, signal } from '@preact/signals';
import { createStormClient, type KeyValueStore, type RealtimeState, type StormClient } from '@storm/client';
import { createLocalModel, type LocalModel } from '@storm/client/model';
import type { ConversationId, User } from '@storm/contracts';
import { forgetCached } from '../store/cached-state.idb.ts';
import { unsentStore } from '../store/unsent-store.idb.ts';
import { createDrafts, type Drafts } from './drafts.ts';
import { tellFault } from './faults.ts';
import { remember } from './remember.ts';
import { go, rootUrl } from './route.ts';

/** Everything of the person who is signed in. */
export interface Chat {
  readonly user: User;
  readonly storm: StormClient;
  readonly model: LocalModel;
  readonly drafts: Drafts;
}

/** `undefined` until the store was read, `null` when nobody is signed in. */
export const chat = signal<Chat | null | undefined>(undefined);
/** Why nobody is signed in any more. */
export const signedOutBecause = signal<'expired' | 'revoked' | null>(null);
export const connection = signal<RealtimeState>('connecting');
/** The browser says that there is no network at all. */
export const isOffline = signal(!navigator.onLine);
export const isConnected = computed(() => connection.value === 'open' && !isOffline.value);

const sessionKey = 'storm.session';
const sessionIdOf = (text: string | null): string | undefined =>
  text === null ? undefined : (JSON.parse(text) as { sessionId: string }).sessionId;

/**
 * The session is shared by all tabs; the place in the event stream is each tab's own, and lives as long as what the tab
 * has drawn from it. A tab that hears of the end of its session takes only that one out of the store.
 */
function createStore(): KeyValueStore {
  let cursor: string | null = null;
  let mine: string | undefined;
  return {
    get: (key) => (key === 'session' ? localStorage.getItem(sessionKey) : cursor),
    set(key, value) {
      if (key !== 'session') {
        cursor = value;
        return;
      }
      const stored = localStorage.getItem(sessionKey);
      if (value !== null) localStorage.setItem(sessionKey, value);
      else if (mine === undefined || sessionIdOf(stored) === mine) localStorage.removeItem(sessionKey);
      mine = sessionIdOf(value) ?? mine;
    },
  };
}

function createClient(): StormClient {
  const storm = createStormClient({
    baseUrl: rootUrl,
    store: createStore(),
    onFault: tellFault,
  });
  storm.onSignedOut((reason) => {
    if (reason !== 'signed-out') signedOutBecause.value = reason;
    leave();
  });
  return storm;
}

let storm = createClient();
let close: () => void = () => undefined;

function enter(user: User): void {
  const channel = new BroadcastChannel(`storm-${user.id}`);
  let isHere = true;
  /** What was written here lies in the store that all tabs share. */
  const tellTabs = (what: 'unsent' | 'draft'): void => {
    if (isHere) channel.postMessage(what);
  };
  const model = createLocalModel({
    storm,
    selfId: user.id,
    unsentStore,
    announceUnsent: () => tellTabs('unsent'),
    onFault: tellFault,
  });
  model.learn([user]);
  const drafts = createDrafts(user.id, () => tellTabs('draft'));
  drafts.load().catch(tellFault);
  channel.onmessage = ({ data }) => {
    if (data === 'unsent') model.rereadUnsent().catch(tellFault);
    drafts.reread().catch(tellFault);
  };
  const stopRemembering = remember(model, tellFault);
  const realtime = storm.connect();
  connection.value = realtime.state;
  const off = realtime.onState((state) => {
    connection.value = state;
  });
  model.unsent.start().catch(tellFault);
  close = () => {
    off();
    stopRemembering();
    isHere = false;
    channel.close();
    model.stop();
  };
  signedOutBecause.value = null;
  chat.value = { user, storm, model, drafts };
}

function leave(): void {
  close();
  close = () => undefined;
  forgetCached().catch(tellFault);
  if (chat.value !== null) chat.value = null;
}

export async function restore(): Promise<void> {
  const session = await storm.restore();
  if (session === undefined) chat.value = null;
  else enter(session.user);
}

export async function signIn(body: { username: string; password: string }): Promise<void> {
  enter(await storm.login(body));
}

export async function signUp(body: {
  username: string;
  displayName: string;
  password: string;
}): Promise<void> {
  enter(await storm.register(body));
}

/** On every device, this one included. */
export async function signOutEverywhere(): Promise<void> {
  await storm.api.endSessions();
  await signOut();
}

export async function signOut(): Promise<void> {
  await storm.logout();
  await storm.close();
  storm = createClient();
  go(null);
}

export async function startDirect(current: Chat, user: User): Promise<ConversationId> {
  current.model.learn([user]);
  const body = { kind: 'direct', userId: user.id } as const;
  const created = await current.storm.api.createConversation({ body });
  if ('members' in created) current.model.learnConversation(created);
  return created.id;
}

// Sleep and lost networks: the socket's own timers find out late, the browser knows at once.
const wake = (): void => {
  isOffline.value = !navigator.onLine;
  if (navigator.onLine) storm.realtime?.resume();
};
addEventListener('online', wake);
addEventListener('offline', () => {
  isOffline.value = true;
});
/** A socket that looks open may have been dead for hours. */
const probe = (): void => {
  if (storm.realtime?.state === 'open') storm.ping().catch(() => storm.realtime?.drop());
};
let hiddenAtMs = Date.now();
const asleepMs = 30_000;
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') {
    hiddenAtMs = Date.now();
    return;
  }
  wake();
  if (Date.now() - hiddenAtMs > asleepMs) probe();
});
let tickedAtMs = Date.now();
setInterval(() => {
  const sinceMs = Date.now() - tickedAtMs;
  tickedAtMs = Date.now();
  // The machine slept with this page before it; behind others, timers are late for no such reason.
  if (sinceMs > asleepMs && document.visibilityState === 'visible') probe();
}, 5_000);

// Another tab has signed out, or in as somebody else.
addEventListener('storage', (event) => {
  if (event.key !== sessionKey) return;
  const current = chat.value;
  const held = storm.restore();
  held
    .then((session) => {
      if (sessionIdOf(event.newValue) === session?.sessionId) return;
      if (current !== null || event.newValue !== null) location.reload();
    })
    .catch(tellFault);
});
