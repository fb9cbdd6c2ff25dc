import type { SessionId, Tokens, User } from '@storm/contracts';
import { type AccessTokens, accessLifetimeSeconds } from './access-tokens.ts';

export async function issueTokens(
  accessTokens: AccessTokens,
  { user, sessionId, refreshToken }: { user: User; sessionId: SessionId; refreshToken: string },
): Promise<Tokens> {
  const accessToken = await accessTokens.sign({ userId: user.id, sessionId });
  return { accessToken, accessExpiresInSeconds: accessLifetimeSeconds, refreshToken, sessionId, user };
}
