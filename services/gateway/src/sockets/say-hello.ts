import { frames, type SessionId, type UserId } from '@storm/contracts';
import { createValidator, type Logger, type Problem, toProblem } from '@storm/runtime';
import type { Realtime } from '../realtime/create-realtime.ts';
import type { PresenceBoard } from '../realtime/presence.ts';
import { Subscriber } from '../realtime/subscriber.ts';
import type { SocketLimits } from './socket-limits.ts';
import type { Identity, SocketSession } from './socket-session.ts';

export type Authenticate = (
  token: string,
) => Promise<{ userId: UserId; sessionId: SessionId; expiresAtMs: number }>;

export interface HelloDeps {
  authenticate: Authenticate;
  realtime: Realtime;
  presence: Pick<PresenceBoard, 'enter'>;
  limits: SocketLimits;
  log: Logger;
}

const validateHello = createValidator(frames.Hello);

/** Admits a socket: checks the token, joins the rooms, says `ready`, then replays what came after the cursor. */
export async function sayHello(deps: HelloDeps, session: SocketSession, frame: unknown): Promise<void> {
  const { realtime, limits, log } = deps;
  const { strangerFrom } = session;
  // Who leaves while we look has said who he is.
  session.strangerFrom = null;
  let cursor: string | undefined;
  let token: string;
  try {
    ({ cursor, token } = validateHello(frame));
    session.identity = await deps.authenticate(token);
  } catch (error) {
    const problem = toProblem(error);
    if (!problem.retryable) session.strangerFrom = strangerFrom;
    return refuse(session, problem);
  }
  const { userId, sessionId } = session.identity;
  const subscriber = new Subscriber(userId, realtime, session);
  session.subscriber = subscriber;
  try {
    const end = await subscriber.join();
    // From here on we hear when the session ends; it may have ended while we were not listening yet.
    await deps.authenticate(token);
    if (session.isClosing) return subscriber.stop();
    session.sendJson({
      type: 'ready',
      userId,
      sessionId,
      cursor: cursor ?? end,
      heartbeatMs: limits.heartbeatMs,
      resumed: cursor !== undefined,
    });
    session.presentAs = userId;
    deps.presence.enter(userId);
    await subscriber.resume(cursor);
  } catch (error) {
    log.warn({ err: error }, 'a socket could not be admitted');
    refuse(session, toProblem(error));
  }
}

/** What is wrong with the hello ends the socket for good; what is wrong here sends it away for a moment. */
function refuse(session: SocketSession, problem: Problem): void {
  session.sendProblem(problem);
  if (problem.status === 401) session.close('unauthenticated');
  else if (problem.retryable) session.close('goingAway', '1000');
  else session.close('protocol');
}

/** Gives an admitted socket a fresh token, so that it can stay. */
export async function renewIdentity(
  authenticate: Authenticate,
  session: SocketSession,
  token: string,
): Promise<void> {
  const renewed: Identity = await authenticate(token);
  if (renewed.sessionId !== session.identity?.sessionId) return session.close('unauthenticated');
  session.identity = renewed;
}
