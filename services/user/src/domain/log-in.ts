import type { Tokens } from '@storm/contracts';
import { problems } from '../problems.ts';
import type { SessionStore } from '../store/session-store.ts';
import type { UserStore } from '../store/user-store.ts';
import type { AccessTokens } from './access-tokens.ts';
import { issueTokens } from './issue-tokens.ts';
import { nameDevice } from './name-device.ts';
import type { Passwords } from './passwords.ts';
import { startSession } from './start-session.ts';

/** Starts a session. A name that does not exist and a password that is wrong look and last the same. */
export class LogIn {
  constructor(
    private readonly users: UserStore,
    private readonly sessions: SessionStore,
    private readonly passwords: Passwords,
    private readonly accessTokens: AccessTokens,
  ) {}

  async run(
    { username, password }: { username: string; password: string },
    userAgent: string | undefined,
  ): Promise<Tokens> {
    const found = await this.users.findCredentials(username.toLowerCase());
    const isRight = await this.passwords.matches(password, found?.passwordHash ?? null);
    if (found === null || !isRight) throw problems['invalid-credentials']();
    const { session, refreshToken } = startSession(found.user.id, nameDevice(userAgent));
    await this.sessions.createSession(session);
    return issueTokens(this.accessTokens, { user: found.user, sessionId: session.id, refreshToken });
  }
}
