import { randomUUID } from 'node:crypto';
import {
  addMembers,
  changeSettings,
  editConversation,
  getConversation,
  listConversations,
  removeMember,
  setRole,
  unreadCounts,
} from '@storm/contracts';
import { type Bus, requestBytes } from '@storm/runtime';
import type { CheckPicture } from '../domain/check-picture.ts';
import { type CheckUsersExist, startConversation } from '../domain/start-conversation.ts';
import type { CommandSubmitter } from '../store/submit-command.ts';
import { changeOf } from './change-of.ts';
import type { Handlers } from './route-types.ts';
import { sendJson } from './send-json.ts';

type ConversationHandlers = Pick<
  Handlers,
  | 'createConversation'
  | 'listConversations'
  | 'getConversation'
  | 'editConversation'
  | 'changeSettings'
  | 'setRole'
  | 'addMembers'
  | 'removeMember'
  | 'unreadCounts'
>;

export const accepted = '{"status":"accepted"}';

export const createConversationHandlers = (
  bus: Bus,
  submitter: CommandSubmitter,
  checkUsersExist: CheckUsersExist,
  checkPicture: CheckPicture,
): ConversationHandlers => ({
  async createConversation(request, reply) {
    const { id, outcome } = await startConversation(submitter, checkUsersExist, {
      userId: request.principal.userId,
      authorization: request.headers.authorization ?? '',
      wish: request.body,
    });
    if (outcome.status === 'accepted') return sendJson(reply, 202, `{"status":"accepted","id":"${id}"}`);
    const { conversation, created } = outcome.answer;
    return sendJson(reply, created ? 201 : 200, JSON.stringify(conversation));
  },

  async listConversations(request, reply) {
    const question = { userId: request.principal.userId, ...request.query };
    return sendJson(reply, 200, await requestBytes(bus, listConversations, question));
  },

  async getConversation(request, reply) {
    const question = { userId: request.principal.userId, ...request.params, ...request.query };
    return sendJson(reply, 200, await requestBytes(bus, getConversation, question));
  },

  async editConversation(request, reply) {
    const { conversationId } = request.params;
    const { userId } = request.principal;
    const { pictureId } = request.body;
    if (typeof pictureId === 'string') await checkPicture(userId, conversationId, pictureId);
    const command = { ...changeOf(request), ...request.body };
    const outcome = await submitter.submit(editConversation, conversationId, command);
    if (outcome.status === 'accepted') return sendJson(reply, 202, accepted);
    const { conversation } = outcome.answer;
    return sendJson(reply, 200, JSON.stringify(conversation));
  },

  async changeSettings(request, reply) {
    const command = { ...changeOf(request), ...request.body };
    const outcome = await submitter.submit(changeSettings, request.params.conversationId, command);
    return outcome.status === 'accepted'
      ? sendJson(reply, 202, accepted)
      : sendJson(reply, 200, JSON.stringify(outcome.answer));
  },

  async setRole(request, reply) {
    const { conversationId, userId } = request.params;
    const command = { ...changeOf(request), ...request.body, userId };
    const outcome = await submitter.submit(setRole, conversationId, command);
    if (outcome.status === 'accepted') return sendJson(reply, 202, accepted);
    const { conversation } = outcome.answer;
    return sendJson(reply, 200, JSON.stringify(conversation));
  },

  async addMembers(request, reply) {
    const { conversationId } = request.params;
    const { userIds, key = randomUUID() } = request.body;
    await checkUsersExist(userIds, request.headers.authorization ?? '');
    const command = { ...changeOf(request), key, userIds };
    const outcome = await submitter.submit(addMembers, conversationId, command);
    if (outcome.status === 'accepted') return sendJson(reply, 202, accepted);
    const { conversation } = outcome.answer;
    return sendJson(reply, 200, JSON.stringify(conversation));
  },

  async removeMember(request, reply) {
    const { conversationId, userId } = request.params;
    const { key = randomUUID() } = request.query;
    const command = { ...changeOf(request), key, userId };
    const outcome = await submitter.submit(removeMember, conversationId, command);
    if (outcome.status === 'accepted') return sendJson(reply, 202, accepted);
    return reply.code(204).send();
  },

  async unreadCounts(request, reply) {
    const question = { userId: request.principal.userId };
    return sendJson(reply, 200, await requestBytes(bus, unreadCounts, question));
  },
});
