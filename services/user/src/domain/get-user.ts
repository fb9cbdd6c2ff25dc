import type { User, UserId } from '@storm/contracts';
import { problems } from '../problems.ts';
import type { SessionStore } from '../store/session-store.ts';
import type { UserStore } from '../store/user-store.ts';
import type { Claims } from './access-tokens.ts';

export class GetUser {
  constructor(
    private readonly users: UserStore,
    private readonly sessions: SessionStore,
  ) {}

  async byId(userId: UserId): Promise<User> {
    const [user] = await this.users.findUsers({ ids: [userId] });
    if (user === undefined) throw problems['user-not-found']();
    return user;
  }

  /** The user of a session that has not ended. */
  async bySession({ sessionId }: Claims): Promise<User> {
    const user = await this.sessions.findUserOfSession(sessionId);
    if (user === null) throw problems['session-revoked']();
    return user;
  }
}
