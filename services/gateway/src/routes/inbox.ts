import { listInbox, readInbox } from '@storm/contracts';
import { type Bus, requestBytes } from '@storm/runtime';
import type { Handlers } from './route-types.ts';
import { sendJson } from './send-json.ts';

type InboxHandlers = Pick<Handlers, 'listInbox' | 'readInbox'>;

export const createInboxHandlers = (bus: Bus): InboxHandlers => ({
  async listInbox(request, reply) {
    const question = { userId: request.principal.userId, ...request.query };
    return sendJson(reply, 200, await requestBytes(bus, listInbox, question));
  },

  async readInbox(request, reply) {
    const question = { userId: request.principal.userId, ...request.body };
    return sendJson(reply, 200, await requestBytes(bus, readInbox, question));
  },
});
