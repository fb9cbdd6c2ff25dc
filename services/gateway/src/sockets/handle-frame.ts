import {
  type ConversationId,
  frames,
  markDelivered,
  markRead,
  type SendMessage,
  sendMessage,
  type UserId,
} from '@storm/contracts';
import { createValidator, type Logger, Problem, runtimeProblems, toProblem } from '@storm/runtime';
import type { Static } from 'typebox';
import { problems } from '../problems.ts';
import type { PresenceBoard } from '../realtime/presence.ts';
import type { TypingSignals } from '../realtime/typing.ts';
import type { CommandOutcome, CommandSubmitter } from '../store/submit-command.ts';
import type { SocketSession } from './socket-session.ts';

export interface FrameDeps {
  submitter: CommandSubmitter;
  /** Looks the files up that a message names; throws a Problem for one that the sender may not attach. */
  resolveAttachments(
    userId: UserId,
    conversationId: ConversationId,
    mediaIds: readonly string[],
  ): Promise<SendMessage['attachments']>;
  /** Gives a socket a new token; throws a Problem when it is not of the same session. */
  renew(session: SocketSession, token: string): Promise<void>;
  typing: TypingSignals;
  presence: PresenceBoard;
  /** Those of some users with whom somebody shares a conversation. */
  findPeers(userId: UserId, userIds: readonly UserId[]): Promise<readonly UserId[]>;
  maxSendsInFlight: number;
  log: Logger;
}

const validators = {
  send: createValidator(frames.Send),
  read: createValidator(frames.Read),
  delivered: createValidator(frames.Delivered),
  typing: createValidator(frames.Types),
  watch: createValidator(frames.Watch),
  ping: createValidator(frames.Ping),
  renew: createValidator(frames.Renew),
};

/** Handles one frame of a socket that has said hello. Whatever goes wrong is told with the frame's key or ref. */
export function handleFrame(deps: FrameDeps, session: SocketSession, frame: { type?: unknown }): void {
  const refuse = (error: unknown): void => {
    const problem = toProblem(error);
    if (problem.status >= 500 && !(error instanceof Problem)) deps.log.error({ err: error }, 'frame failed');
    session.sendProblem(problem, readAbout(frame));
  };
  try {
    switch (frame.type) {
      case 'send':
        return send(deps, session, validators.send(frame), refuse);
      case 'read':
        return void read(deps, session, validators.read(frame)).catch(refuse);
      case 'delivered':
        return void delivered(deps, session, validators.delivered(frame)).catch(refuse);
      case 'typing':
        return tellTyping(deps, session, validators.typing(frame).conversationId);
      case 'watch':
        return void watch(deps, session, validators.watch(frame).userIds).catch(refuse);
      case 'ping':
        return session.sendJson({ ...validators.ping(frame), type: 'pong' });
      case 'renew':
        return void deps.renew(session, validators.renew(frame).token).catch(refuse);
      default:
        throw runtimeProblems['invalid-request']({ detail: 'unknown frame type' });
    }
  } catch (error) {
    refuse(error);
  }
}

function send(
  deps: FrameDeps,
  session: SocketSession,
  frame: Static<typeof frames.Send>,
  refuse: (error: unknown) => void,
): void {
  const senderId = session.identity?.userId;
  if (senderId === undefined) return;
  if (session.sendsInFlight >= deps.maxSendsInFlight) {
    throw runtimeProblems['service-unavailable']({
      detail: 'too many sends wait for their commit',
      retryAfterMs: 100,
    });
  }
  const { conversationId, key, text, mediaIds = [], replyTo } = frame;
  if (text === '' && mediaIds.length === 0) {
    throw runtimeProblems['invalid-request']({ detail: 'a message needs text or a file' });
  }
  session.sendsInFlight++;
  const fail = (error: unknown): void => {
    session.sendsInFlight--;
    refuse(error);
  };
  const submit = (attachments: SendMessage['attachments']): void => {
    const command: SendMessage = { conversationId, senderId, key, text, attachments };
    if (replyTo !== undefined) command.replyTo = replyTo;
    deps.submitter.send(sendMessage, conversationId, command, (error, outcome) => {
      if (error !== null) return fail(error);
      session.sendsInFlight--;
      session.sendAscii(describeSent(key, outcome));
    });
  };
  if (mediaIds.length === 0) return submit([]);
  deps.resolveAttachments(senderId, conversationId, mediaIds).then(submit, fail);
}

/** The frame in JSON, written out: one leaves for every send. Keys are ASCII, as their schema says. */
function describeSent(key: string, outcome: CommandOutcome<typeof sendMessage>): string {
  const start = `{"type":"sent","key":${JSON.stringify(key)},"status":"${outcome.status}"`;
  if (outcome.status === 'accepted') return `${start}}`;
  const { id, seq, duplicate } = outcome.answer;
  return `${start},"id":"${id}","seq":${seq},"duplicate":${duplicate}}`;
}

async function read(
  deps: FrameDeps,
  session: SocketSession,
  frame: Static<typeof frames.Read>,
): Promise<void> {
  const userId = session.identity?.userId;
  if (userId === undefined) return;
  const { conversationId, seq, ref } = frame;
  await deps.submitter.submit(markRead, conversationId, { conversationId, userId, seq });
  if (ref !== undefined) session.sendJson({ type: 'done', ref });
}

function tellTyping({ typing }: FrameDeps, session: SocketSession, conversationId: ConversationId): void {
  const { identity, subscriber } = session;
  if (identity === null || !subscriber?.isIn(conversationId)) throw problems['not-found']();
  if (session.admitTyping(conversationId)) typing.tell(conversationId, identity.userId);
}

async function watch(deps: FrameDeps, session: SocketSession, userIds: readonly UserId[]): Promise<void> {
  const userId = session.identity?.userId;
  if (userId === undefined) return;
  const peers = userIds.length === 0 ? [] : await deps.findPeers(userId, userIds);
  if (!session.isClosing) await deps.presence.watch(session, peers);
}

async function delivered(
  deps: FrameDeps,
  session: SocketSession,
  { conversationId, seq }: Static<typeof frames.Delivered>,
): Promise<void> {
  const userId = session.identity?.userId;
  if (userId === undefined) return;
  await deps.submitter.submit(markDelivered, conversationId, { conversationId, userId, seq });
}

function readAbout(frame: object): { ref?: string; key?: string } {
  const about: { ref?: string; key?: string } = {};
  if ('ref' in frame && typeof frame.ref === 'string' && frame.ref.length <= 64) about.ref = frame.ref;
  if ('key' in frame && typeof frame.key === 'string' && frame.key.length <= 64) about.key = frame.key;
  return about;
}
