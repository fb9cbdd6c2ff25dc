import { type SessionId, type SignedInDevice, sessionRevoked, type UserId } from '@storm/contracts';
import { problems } from '../problems.ts';
import type { SessionStore } from '../store/session-store.ts';
import type { Claims } from './access-tokens.ts';
import { createEvent } from './outbox-event.ts';
import type { OutboxRelay } from './outbox-relay.ts';

/** Where somebody is signed in, and signing out from elsewhere. */
export class EndSessions {
  constructor(
    private readonly sessions: SessionStore,
    private readonly relay: OutboxRelay,
  ) {}

  async list({ userId, sessionId }: Claims): Promise<{ sessions: SignedInDevice[] }> {
    const open = await this.sessions.listSessions(userId);
    if (!open.some(({ id }) => id === sessionId)) throw problems['session-revoked']();
    return { sessions: open.map((one) => ({ ...one, isCurrent: one.id === sessionId })) };
  }

  /** @throws Problem `session-revoked` when it has ended already, or is not theirs */
  async one({ userId }: Claims, only: SessionId): Promise<void> {
    if ((await this.#end(userId, { only })) === 0) throw problems['session-revoked']();
  }

  async all({ userId, sessionId }: Claims, keepsThis: boolean): Promise<void> {
    await this.#end(userId, keepsThis ? { except: sessionId } : {});
  }

  async #end(userId: UserId, which: { only?: SessionId; except?: SessionId }): Promise<number> {
    const at = new Date().toISOString();
    const eventOf = (sessionId: SessionId) => createEvent(sessionRevoked, userId, { sessionId, at });
    const ended = await this.sessions.endSessions(userId, which, eventOf);
    if (ended > 0) this.relay.wake();
    return ended;
  }
}
