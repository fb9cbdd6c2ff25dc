import { type ConversationId, listMembers } from '@storm/contracts';
import { type Bus, Problem, request, runtimeProblems } from '@storm/runtime';
import type { FindMembers } from './find-members.ts';

/** 200 members of each of so many conversations fit into one answer below the 1 MB that a NATS message may have. */
const maxConversations = 100;

/** Asks the message service: one question for a batch, two at once for one with more than 100 conversations. */
export const createFindMembers =
  (bus: Bus): FindMembers =>
  async (conversationIds, limit) => {
    const questions: ReturnType<typeof ask>[] = [];
    for (let at = 0; at < conversationIds.length; at += maxConversations) {
      questions.push(ask(bus, conversationIds.slice(at, at + maxConversations), limit));
    }
    return (await Promise.all(questions)).flat();
  };

async function ask(bus: Bus, conversationIds: ConversationId[], limit: number) {
  try {
    return (await request(bus, listMembers, { conversationIds, limit })).conversations;
  } catch (cause) {
    if (!(cause instanceof Problem) || !cause.retryable) throw cause;
    // Whatever ails the message service, no message of the batch is to blame: they wait.
    throw runtimeProblems['service-unavailable']({ detail: 'members cannot be had', cause });
  }
}
