import { sessionRevoked } from '@storm/contracts';
import { problems } from '../problems.ts';
import type { SessionStore } from '../store/session-store.ts';
import type { Claims } from './access-tokens.ts';
import { createEvent } from './outbox-event.ts';
import type { OutboxRelay } from './outbox-relay.ts';

/** Ends the session of an access token; its sockets close when the event arrives. */
export class LogOut {
  constructor(
    private readonly sessions: SessionStore,
    private readonly relay: OutboxRelay,
  ) {}

  async run({ sessionId, userId }: Claims): Promise<void> {
    const ended = await this.sessions.changeSession(sessionId, (session) => {
      if (session === null || session.revokedAt !== null) return { result: false };
      const data = { sessionId, at: new Date().toISOString() };
      return {
        result: true,
        change: { kind: 'revoke', reason: 'logout' },
        event: createEvent(sessionRevoked, userId, data),
      };
    });
    if (!ended) throw problems['session-revoked']();
    this.relay.wake();
  }
}
