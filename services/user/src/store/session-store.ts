import type { SessionId, SignedInDevice, User, UserId } from '@storm/contracts';
import type { OutboxEvent } from '../domain/outbox-event.ts';
import type { NewSession, Session, SessionChange } from '../domain/session.ts';

export interface SessionDecision<T> {
  readonly result: T;
  readonly change?: SessionChange;
  readonly event?: OutboxEvent;
}

export abstract class SessionStore {
  /** Also forgets the user's sessions that are long over. */
  abstract createSession(session: NewSession): Promise<void>;

  /** @returns null when the session has ended. */
  abstract findUserOfSession(sessionId: SessionId): Promise<User | null>;

  /**
   * Shows the session to `decide` while nobody else can change it, and stores what it decides, the event included.
   * @param decide gets the moment of the call by the database's clock, waiting for a connection and the lock left out.
   */
  abstract changeSession<T>(
    sessionId: SessionId,
    decide: (session: Session | null, arrivedAt: Date) => SessionDecision<T>,
  ): Promise<T>;

  /** Those that have not ended, newest first. */
  abstract listSessions(userId: UserId): Promise<Omit<SignedInDevice, 'isCurrent'>[]>;

  /**
   * Ends sessions of a user, all of them or one, and stores an event for each in the same commit.
   * @returns how many had not ended before
   */
  abstract endSessions(
    userId: UserId,
    which: { only?: SessionId; except?: SessionId },
    eventOf: (sessionId: SessionId) => OutboxEvent,
  ): Promise<number>;
}
