import { randomUUID } from 'node:crypto';
import {
  deleteMessage,
  editMessage,
  forwardMessage,
  hideMessage,
  listEarlierTexts,
  listMessages,
  listReceipts,
  markDelivered,
  markRead,
  reactToMessage,
  searchMessages,
  sendMessage,
  sentMessage,
} from '@storm/contracts';
import { type Bus, requestBytes, runtimeProblems } from '@storm/runtime';
import type { ResolveAttachments } from '../domain/resolve-attachments.ts';
import type { CommandSubmitter } from '../store/submit-command.ts';
import { changeOf } from './change-of.ts';
import { accepted } from './conversations.ts';
import type { Handlers } from './route-types.ts';
import { sendJson } from './send-json.ts';

type MessageHandlers = Pick<
  Handlers,
  | 'sendMessage'
  | 'listMessages'
  | 'markRead'
  | 'forwardMessage'
  | 'markDelivered'
  | 'listReceipts'
  | 'searchMessages'
  | 'editMessage'
  | 'deleteMessage'
  | 'listEarlierTexts'
  | 'reactToMessage'
>;

export const createMessageHandlers = (
  bus: Bus,
  submitter: CommandSubmitter,
  resolveAttachments: ResolveAttachments,
): MessageHandlers => ({
  async sendMessage(request, reply) {
    const { conversationId } = request.params;
    const { key, text, mediaIds = [], replyTo } = request.body;
    const { userId: senderId } = request.principal;
    if (text === '' && mediaIds.length === 0) {
      throw runtimeProblems['invalid-request']({ detail: 'a message needs text or a file' });
    }
    const attachments =
      mediaIds.length === 0 ? [] : await resolveAttachments(senderId, conversationId, mediaIds);
    const command = {
      conversationId,
      senderId,
      key,
      text,
      attachments,
      ...(replyTo === undefined ? {} : { replyTo }),
    };
    const outcome = await submitter.submit(sendMessage, conversationId, command);
    if (outcome.status === 'accepted') {
      return sendJson(reply, 202, JSON.stringify({ status: 'accepted', key }));
    }
    const message = sentMessage(command, outcome.answer);
    return sendJson(reply, outcome.answer.duplicate ? 200 : 201, JSON.stringify(message));
  },

  async forwardMessage(request, reply) {
    const { conversationId } = request.params;
    const { key, from } = request.body;
    const command = { conversationId, senderId: request.principal.userId, key, from };
    const outcome = await submitter.submit(forwardMessage, conversationId, command);
    if (outcome.status === 'accepted') {
      return sendJson(reply, 202, JSON.stringify({ status: 'accepted', key }));
    }
    const { message, duplicate } = outcome.answer;
    return sendJson(reply, duplicate ? 200 : 201, JSON.stringify(message));
  },

  async editMessage(request, reply) {
    const { conversationId } = request.params;
    const command = { ...changeOf(request), ...request.body, seq: Number(request.params.seq) };
    const outcome = await submitter.submit(editMessage, conversationId, command);
    if (outcome.status === 'accepted') return sendJson(reply, 202, accepted);
    return sendJson(reply, 200, JSON.stringify(outcome.answer.message));
  },

  async deleteMessage(request, reply) {
    const { conversationId } = request.params;
    const { key = randomUUID(), for: whom } = request.query;
    const command = { ...changeOf(request), key, seq: Number(request.params.seq) };
    const contract = whom === 'me' ? hideMessage : deleteMessage;
    const outcome = await submitter.submit(contract, conversationId, command);
    return outcome.status === 'accepted' ? sendJson(reply, 202, accepted) : reply.code(204).send();
  },

  async listEarlierTexts(request, reply) {
    const { conversationId, seq } = request.params;
    const question = { userId: request.principal.userId, conversationId, seq: Number(seq) };
    return sendJson(reply, 200, await requestBytes(bus, listEarlierTexts, question));
  },

  async reactToMessage(request, reply) {
    const { conversationId } = request.params;
    const command = { ...changeOf(request), ...request.body, seq: Number(request.params.seq) };
    const outcome = await submitter.submit(reactToMessage, conversationId, command);
    if (outcome.status === 'accepted') return sendJson(reply, 202, accepted);
    return sendJson(reply, 200, JSON.stringify(outcome.answer.message));
  },

  async listMessages(request, reply) {
    const question = { userId: request.principal.userId, ...request.params, ...request.query };
    return sendJson(reply, 200, await requestBytes(bus, listMessages, question));
  },

  async markDelivered(request, reply) {
    const { conversationId } = request.params;
    const command = { conversationId, userId: request.principal.userId, seq: request.body.seq };
    const outcome = await submitter.submit(markDelivered, conversationId, command);
    return outcome.status === 'accepted' ? sendJson(reply, 202, accepted) : reply.code(204).send();
  },

  async searchMessages(request, reply) {
    const question = { userId: request.principal.userId, ...request.query };
    return sendJson(reply, 200, await requestBytes(bus, searchMessages, question, 15_000));
  },

  async listReceipts(request, reply) {
    const question = { userId: request.principal.userId, ...request.params };
    return sendJson(reply, 200, await requestBytes(bus, listReceipts, question));
  },

  async markRead(request, reply) {
    const { conversationId } = request.params;
    const command = { conversationId, userId: request.principal.userId, seq: request.body.seq };
    const outcome = await submitter.submit(markRead, conversationId, command);
    return outcome.status === 'accepted'
      ? sendJson(reply, 202, accepted)
      : sendJson(reply, 200, JSON.stringify(outcome.answer));
  },
});
