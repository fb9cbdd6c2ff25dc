import { type Tokens, type User, type UserId, userRegistered } from '@storm/contracts';
import { uuidv7 } from 'uuidv7';
import { problems } from '../problems.ts';
import type { UserStore } from '../store/user-store.ts';
import type { AccessTokens } from './access-tokens.ts';
import { issueTokens } from './issue-tokens.ts';
import { nameDevice } from './name-device.ts';
import { createEvent } from './outbox-event.ts';
import type { OutboxRelay } from './outbox-relay.ts';
import type { Passwords } from './passwords.ts';
import { startSession } from './start-session.ts';

/** Creates an account and signs in. */
export class RegisterUser {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly accessTokens: AccessTokens,
    private readonly relay: OutboxRelay,
  ) {}

  async run(
    wish: { username: string; displayName: string; password: string },
    userAgent: string | undefined,
  ): Promise<Tokens> {
    const { username, displayName, password } = wish;
    // Before the hash: a name that is taken should not cost one. The unique key decides between two at once.
    if (await this.users.hasUsername(username)) throw problems['username-taken']();
    const passwordHash = await this.passwords.hash(password);
    const id = uuidv7() as UserId;
    const user: User = { id, username, displayName, createdAt: new Date().toISOString() };
    const { session, refreshToken } = startSession(id, nameDevice(userAgent));
    await this.users.createUser({ user, passwordHash, session }, createEvent(userRegistered, id, user));
    this.relay.wake();
    return issueTokens(this.accessTokens, { user, sessionId: session.id, refreshToken });
  }
}
