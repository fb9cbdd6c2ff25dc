import { randomBytes } from 'node:crypto';
import { type SessionId, sessionRevoked, type Tokens, type User } from '@storm/contracts';
import { problems } from '../problems.ts';
import type { SessionDecision, SessionStore } from '../store/session-store.ts';
import type { AccessTokens } from './access-tokens.ts';
import { decideRefresh } from './decide-refresh.ts';
import { issueTokens } from './issue-tokens.ts';
import { createEvent } from './outbox-event.ts';
import type { OutboxRelay } from './outbox-relay.ts';
import {
  deriveSuccessor,
  encodeRefreshToken,
  hashSecret,
  parseRefreshToken,
  type RefreshToken,
} from './refresh-token.ts';
import type { Session } from './session.ts';

type RefusalSlug = 'refresh-invalid' | 'refresh-reused' | 'session-revoked';

type Outcome =
  | { kind: 'refused'; slug: RefusalSlug }
  | { kind: 'done'; user: User; sessionId: SessionId; refreshToken: string };

/** Changes a refresh token for its successor; ends the session when a token comes back that had its turn. */
export class RefreshSession {
  /** Requests with one token share one answer, so that a thousand of them do not hold every database connection. */
  readonly #inFlight = new Map<string, Promise<Tokens>>();
  readonly #sessions: SessionStore;
  readonly #accessTokens: AccessTokens;
  readonly #relay: OutboxRelay;
  readonly #graceMs: number;

  /** @param parts.lostAnswerGraceMs how long a token that was used still gets the same successor. */
  constructor(parts: {
    sessions: SessionStore;
    accessTokens: AccessTokens;
    relay: OutboxRelay;
    lostAnswerGraceMs: number;
  }) {
    this.#sessions = parts.sessions;
    this.#accessTokens = parts.accessTokens;
    this.#relay = parts.relay;
    this.#graceMs = parts.lostAnswerGraceMs;
  }

  run(refreshToken: string): Promise<Tokens> {
    const shared = this.#inFlight.get(refreshToken);
    if (shared !== undefined) return shared;
    const answer = this.#refresh(refreshToken).finally(() => this.#inFlight.delete(refreshToken));
    this.#inFlight.set(refreshToken, answer);
    return answer;
  }

  async #refresh(text: string): Promise<Tokens> {
    const token = parseRefreshToken(text);
    if (token === null) throw problems['refresh-invalid']();
    const outcome = await this.#sessions.changeSession(token.sessionId, (session, arrivedAt) =>
      this.#decide(session, token, arrivedAt),
    );
    if (outcome.kind === 'refused') {
      if (outcome.slug === 'refresh-reused') this.#relay.wake();
      throw problems[outcome.slug]();
    }
    return issueTokens(this.#accessTokens, outcome);
  }

  #decide(session: Session | null, token: RefreshToken, arrivedAt: Date): SessionDecision<Outcome> {
    const decision = decideRefresh(session, token, { arrivedAt, graceMs: this.#graceMs });
    if (session === null || decision.kind === 'invalid') return { result: refuse('refresh-invalid') };
    if (decision.kind === 'revoked') return { result: refuse('session-revoked') };
    if (decision.kind === 'reused') {
      const data = { sessionId: session.id, at: new Date().toISOString() };
      return {
        result: refuse('refresh-reused'),
        change: { kind: 'revoke', reason: 'refresh-reused' },
        event: createEvent(sessionRevoked, session.userId, data),
      };
    }
    const successorSalt = decision.kind === 'repeat' ? decision.successorSalt : randomBytes(32);
    const secret = deriveSuccessor(token.secret, successorSalt);
    const refreshToken = encodeRefreshToken(session.id, secret, session.familyKey);
    const result: Outcome = { kind: 'done', user: session.user, sessionId: session.id, refreshToken };
    if (decision.kind === 'repeat') return { result };
    return { result, change: { kind: 'rotate', refreshHash: hashSecret(secret), successorSalt } };
  }
}

const refuse = (slug: RefusalSlug): Outcome => ({ kind: 'refused', slug });
