import { createHash } from 'node:crypto';
import {
  type ConversationId,
  conversationChanged,
  conversationLeft,
  maxReactionEmoji,
  maxReactions,
  memberAdded,
  memberChanged,
  memberRemoved,
  messageChanged,
  messageHidden,
  settingsChanged,
  type UserId,
} from '@storm/contracts';
import { problems } from '../problems.ts';
import type { AppliedChange, Change, ChangeRefusal, ChangeStore } from '../store/change-store.ts';
import type { ConversationStore } from '../store/conversation-store.ts';
import type { ChangeCommand, CommandOutcome, OutgoingEvent } from './command.ts';
import { joined } from './joined.ts';
import { done, happened, refused } from './outcomes.ts';

const limits = {
  'edit-message': { maxEdits: 100 },
  'react-to-message': { maxEmoji: maxReactionEmoji, maxReactions },
  'add-members': { maxMembers: 10_000 },
} as const;

export interface ChangeStores {
  readonly changes: ChangeStore;
  readonly conversations: ConversationStore;
}

/**
 * Carries out a batch of changes in one round trip and says what became of each. One that was carried out before tells
 * its events again: the first time may have ended between the commit and the events.
 */
export async function applyChanges(
  stores: ChangeStores,
  commands: readonly ChangeCommand[],
): Promise<CommandOutcome[]> {
  const applied = await stores.changes.apply(commands.map(toChange));
  return Promise.all(
    commands.map((command, index) => {
      const result = applied[index];
      if (result === undefined) throw new Error('the store lost a change of the batch');
      return typeof result === 'string'
        ? refused(refuse(command, result))
        : conclude(stores, command, result);
    }),
  );
}

/** A command without a key has its place in the stream for one: that at least is done once. */
function toChange({ verb, id, data }: ChangeCommand): Change {
  const { conversationId, actorId, key = id, ...wish } = data;
  const digest = createHash('sha256')
    .update(JSON.stringify([verb, wish]))
    .digest('hex');
  const bounds = verb in limits ? limits[verb as keyof typeof limits] : {};
  return { verb, conversationId, actorId, key, digest, ...wish, ...bounds };
}

function refuse({ verb }: ChangeCommand, refusal: ChangeRefusal) {
  switch (refusal) {
    case 'key-reused':
      return problems['key-reused']();
    case 'not-member':
      return problems['conversation-not-found']();
    case 'not-allowed':
      return problems['not-allowed']();
    case 'direct':
      return problems['direct-is-fixed']();
    case 'full':
      return problems['conversation-full']();
    case 'not-there':
      return problems[verb === 'set-role' ? 'member-not-found' : 'message-not-found']();
    case 'deleted':
      return problems['message-deleted']();
    case 'empty':
      return problems['empty-message']();
    case 'no-room':
      return problems['message-full']();
  }
}

async function conclude(
  stores: ChangeStores,
  command: ChangeCommand,
  applied: AppliedChange,
): Promise<CommandOutcome> {
  const { conversationId, actorId } = command.data;
  switch (command.verb) {
    case 'edit-message':
    case 'react-to-message':
    case 'delete-message':
      return concludeMessage(command, applied);
    case 'hide-message': {
      const { seq } = command.data;
      const id = `hidden:${conversationId}:${actorId}:${seq}`;
      return done({}, [happened(messageHidden, actorId, id, { conversationId, seq })]);
    }
    case 'change-settings': {
      const { settings } = applied;
      if (settings === null) throw new Error('settings were changed and are not there');
      const id = `settings:${conversationId}:${actorId}:${settings.revision}`;
      return done(settings, [happened(settingsChanged, actorId, id, { conversationId, settings })]);
    }
    case 'remove-member':
      return concludeRemoval(stores, command, applied);
    case 'edit-conversation':
    case 'set-role':
    case 'add-members':
      return concludeGroup(stores, command, applied);
  }
}

function concludeMessage(command: ChangeCommand, { message }: AppliedChange): CommandOutcome {
  if (message === null) throw new Error('a message was changed and is not there');
  const { conversationId, actorId } = command.data;
  const data = { conversationId, actorId, verb: command.verb, message };
  const outcome = done(
    { message },
    message.revision === undefined
      ? []
      : [happened(messageChanged, conversationId, `changed:${message.id}:${message.revision}`, data)],
  );
  return message.deletedAt === undefined ? outcome : { ...outcome, erase: message };
}

async function concludeGroup(
  stores: ChangeStores,
  command: Extract<ChangeCommand, { verb: 'edit-conversation' | 'set-role' | 'add-members' }>,
  { revision, others, memberCount }: AppliedChange,
): Promise<CommandOutcome> {
  const { conversationId, actorId } = command.data;
  const conversation = await stores.conversations.get(conversationId, actorId);
  if (conversation === null) return refused(problems['conversation-not-found']());
  if (command.verb === 'edit-conversation') {
    const { name, pictureId } = conversation;
    const id = `conversation:${conversationId}:${revision}`;
    const data = { conversationId, name, pictureId, revision };
    return done({ conversation }, [happened(conversationChanged, conversationId, id, data)]);
  }
  if (command.verb === 'set-role') {
    const concerned = [command.data.userId, ...others];
    return done({ conversation }, await roleEvents(stores, conversationId, concerned, revision));
  }
  const members = await stores.conversations.findMembers(conversationId, command.data.userIds);
  const events = members.flatMap((member) => [
    joined(conversation, member),
    happened(memberAdded, conversationId, `added:${conversationId}:${member.userId}:${member.joinedAt}`, {
      conversationId,
      member,
      memberCount,
      revision,
    }),
  ]);
  return done({ conversation }, events);
}

async function concludeRemoval(
  stores: ChangeStores,
  command: Extract<ChangeCommand, { verb: 'remove-member' }>,
  { revision, others, memberCount }: AppliedChange,
): Promise<CommandOutcome> {
  const { conversationId, userId } = command.data;
  return done({}, [
    happened(memberRemoved, conversationId, `removed:${command.id}`, {
      conversationId,
      userId,
      memberCount,
      revision,
    }),
    happened(conversationLeft, userId, `left:${command.id}`, { conversationId }),
    ...(await roleEvents(stores, conversationId, others, revision)),
  ]);
}

async function roleEvents(
  { conversations }: ChangeStores,
  conversationId: ConversationId,
  userIds: readonly UserId[],
  revision: number,
): Promise<OutgoingEvent[]> {
  if (userIds.length === 0) return [];
  const members = await conversations.findMembers(conversationId, userIds);
  return members.map((member) =>
    happened(memberChanged, conversationId, `role:${conversationId}:${member.userId}:${revision}`, {
      conversationId,
      member,
      revision,
    }),
  );
}
