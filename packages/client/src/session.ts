import type { Tokens } from '@storm/contracts';
import { exclusive } from './exclusive.ts';
import type { KeyValueStore } from './key-value-store.ts';
import { clientProblem, isRetryable, StormProblem } from './storm-problem.ts';

export interface Session {
  readonly accessToken: string;
  readonly accessExpiresAtMs: number;
  /** When to change the tokens for new ones: a minute before the end, or a fifth of a short life. */
  readonly renewAtMs: number;
  readonly refreshToken: string;
  readonly sessionId: Tokens['sessionId'];
  readonly user: Tokens['user'];
}

export type SignedOutReason = 'signed-out' | 'expired' | 'revoked';

/** Holds the tokens: one refresh at a time, before they expire, kept in the store. */
export interface SessionKeeper {
  readonly current: Session | undefined;
  /** Reads the store, once. */
  load(): Promise<Session | undefined>;
  accept(tokens: Tokens): Promise<Session>;
  /** A token that holds for a while yet. @throws StormProblem `not-signed-in` */
  accessToken(): Promise<string>;
  /** A token other than `refused`, which the platform did not take. @throws StormProblem `not-signed-in` */
  renewed(refused: string): Promise<string>;
  clear(reason: SignedOutReason): Promise<void>;
  onChange(listener: (session: Session | undefined, reason?: SignedOutReason) => void): () => void;
}

const marginMs = 60_000;

export function createSession(
  store: KeyValueStore,
  refresh: (refreshToken: string) => Promise<Tokens>,
): SessionKeeper {
  let current: Session | undefined;
  let loading: Promise<Session | undefined> | undefined;
  let refreshing: Promise<Session> | undefined;
  const listeners = new Set<(session: Session | undefined, reason?: SignedOutReason) => void>();

  const keep = async (session: Session | undefined, reason?: SignedOutReason): Promise<void> => {
    current = session;
    await store.set('session', session === undefined ? null : JSON.stringify(session));
    for (const listener of listeners) listener(session, reason);
  };
  const read = async (): Promise<Session | undefined> => {
    const text = await store.get('session');
    return text === null ? undefined : (JSON.parse(text) as Session);
  };
  const accept = async (tokens: Tokens): Promise<Session> => {
    const { accessToken, refreshToken, sessionId, user } = tokens;
    const lifeMs = tokens.accessExpiresInSeconds * 1_000;
    const accessExpiresAtMs = Date.now() + lifeMs;
    const renewAtMs = accessExpiresAtMs - Math.min(marginMs, lifeMs / 5);
    const session = { accessToken, accessExpiresAtMs, renewAtMs, refreshToken, sessionId, user };
    await keep(session);
    return session;
  };
  const clear = async (reason: SignedOutReason): Promise<void> => {
    await load();
    if (current === undefined) return;
    await store.set('cursor', null);
    await keep(undefined, reason);
  };
  const load = (): Promise<Session | undefined> => {
    loading ??= read().then((session) => {
      current ??= session;
      return current;
    });
    return loading.then(() => current);
  };

  /** A refresh token works once: another tab may have used ours, and left its successor in the store. */
  const change = async (held: Session): Promise<Session> => {
    const stored = await read();
    if (stored?.sessionId === held.sessionId && stored.refreshToken !== held.refreshToken) {
      current = stored;
      if (stored.accessExpiresAtMs > Date.now() + 1_000) return stored;
      return change(stored);
    }
    try {
      return await accept(await refresh(held.refreshToken));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await clear('expired');
      throw clientProblem('not-signed-in', 'the session has ended', error);
    }
  };
  const refreshOnce = (held: Session): Promise<Session> => {
    refreshing ??= exclusive(`storm-session-${held.sessionId}`, () => change(current ?? held)).finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };
  const signedIn = async (): Promise<Session> => {
    const session = current ?? (await load());
    if (session === undefined) throw clientProblem('not-signed-in');
    return session;
  };

  return {
    get current() {
      return current;
    },
    load,
    accept,
    clear,
    async accessToken() {
      const session = await signedIn();
      if (Date.now() < session.renewAtMs) return session.accessToken;
      try {
        return (await refreshOnce(session)).accessToken;
      } catch (error) {
        if (isRetryable(error) && Date.now() < session.accessExpiresAtMs) return session.accessToken;
        throw error;
      }
    },
    async renewed(refused) {
      const session = await signedIn();
      if (session.accessToken !== refused) return session.accessToken;
      return (await refreshOnce(session)).accessToken;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const isRefusal = (error: unknown): boolean =>
  error instanceof StormProblem && !error.retryable && error.status >= 400;
