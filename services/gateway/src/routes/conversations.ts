import {
  addMembers,
  createConversation,
  getConversation,
  listConversations,
  removeMember,
  unreadCounts,
} from '@storm/contracts';
import { type Bus, requestBytes } from '@storm/runtime';
import { type CheckUsersExist, startConversation } from '../domain/start-conversation.ts';
import type { CommandSubmitter } from '../store/submit-command.ts';
import { readReply } from './read-reply.ts';
import type { Handlers } from './route-types.ts';
import { sendJson } from './send-json.ts';

type ConversationHandlers = Pick<
  Handlers,
  | 'createConversation'
  | 'listConversations'
  | 'getConversation'
  | 'addMembers'
  | 'removeMember'
  | 'unreadCounts'
>;

export const accepted = '{"status":"accepted"}';

export const createConversationHandlers = (
  bus: Bus,
  submitter: CommandSubmitter,
  checkUsersExist: CheckUsersExist,
): ConversationHandlers => ({
  async createConversation(request, reply) {
    const { id, outcome } = await startConversation(submitter, checkUsersExist, {
      userId: request.principal.userId,
      authorization: request.headers.authorization ?? '',
      wish: request.body,
    });
    if (outcome.status === 'accepted') return sendJson(reply, 202, `{"status":"accepted","id":"${id}"}`);
    const { conversation, created } = readReply<typeof createConversation>(outcome.reply);
    return sendJson(reply, created ? 201 : 200, JSON.stringify(conversation));
  },

  async listConversations(request, reply) {
    const question = { userId: request.principal.userId, ...request.query };
    return sendJson(reply, 200, await requestBytes(bus, listConversations, question));
  },

  async getConversation(request, reply) {
    const question = { userId: request.principal.userId, ...request.params };
    return sendJson(reply, 200, await requestBytes(bus, getConversation, question));
  },

  async addMembers(request, reply) {
    const { conversationId } = request.params;
    const { userIds } = request.body;
    const { userId: actorId } = request.principal;
    await checkUsersExist(userIds, request.headers.authorization ?? '');
    const command = { conversationId, actorId, userIds };
    const outcome = await submitter.submit(addMembers, conversationId, command);
    if (outcome.status === 'accepted') return sendJson(reply, 202, accepted);
    const { conversation } = readReply<typeof addMembers>(outcome.reply);
    return sendJson(reply, 200, JSON.stringify(conversation));
  },

  async removeMember(request, reply) {
    const { conversationId, userId } = request.params;
    const command = { conversationId, actorId: request.principal.userId, userId };
    const outcome = await submitter.submit(removeMember, conversationId, command);
    if (outcome.status === 'accepted') return sendJson(reply, 202, accepted);
    return reply.code(204).send();
  },

  async unreadCounts(request, reply) {
    const question = { userId: request.principal.userId };
    return sendJson(reply, 200, await requestBytes(bus, unreadCounts, question));
  },
});
