import {
  type CommandContract,
  type ConversationId,
  commandSubject,
  createConversation,
  type Message,
  markRead,
  replyHeader,
  sendMessage,
  type UserId,
} from '@storm/contracts';
import { type Bus, encodeHeaders, Problem, type ProblemBody } from '@storm/runtime';
import { createInbox } from 'nats';
import type { Static } from 'typebox';
import { uuidv7 } from 'uuidv7';

/** The other side of the service in its tests: what a gateway does, by hand. */
export async function createCommander(bus: Bus) {
  const connection = await bus.first;
  const ask = async <C extends CommandContract>(
    contract: C,
    conversationId: ConversationId,
    data: Static<C['data']>,
    timeoutMs = 5_000,
  ): Promise<unknown> => {
    const inbox = createInbox(bus.inboxPrefix);
    const answers = connection.subscribe(inbox, { max: 1, timeout: timeoutMs });
    connection.publish(commandSubject(contract, conversationId), JSON.stringify(data), {
      headers: encodeHeaders({ [replyHeader]: inbox }),
    });
    for await (const answer of answers) {
      if (answer.headers?.has('Storm-Problem')) throw Problem.fromBody(answer.json<ProblemBody>());
      return answer.json();
    }
    throw new Error('no answer');
  };
  const newUser = (): UserId => uuidv7() as UserId;
  return {
    newUser,
    async createDirect() {
      const [alice, bob] = [newUser(), newUser()];
      const conversationId = uuidv7() as ConversationId;
      await ask(createConversation, conversationId, {
        conversationId,
        kind: 'direct',
        name: null,
        creatorId: alice,
        memberIds: [alice, bob],
      });
      return { conversationId, alice, bob };
    },
    send: async (
      conversationId: ConversationId,
      senderId: UserId,
      key: string,
      text: string,
      timeoutMs?: number,
    ) =>
      (await ask(
        sendMessage,
        conversationId,
        { conversationId, senderId, key, text, attachments: [] },
        timeoutMs,
      )) as {
        message: Message;
        duplicate: boolean;
      },
    read: (conversationId: ConversationId, userId: UserId, seq: number) =>
      ask(markRead, conversationId, { conversationId, userId, seq }),
    ask,
    async publishRaw(subject: string, data: string) {
      connection.publish(subject, data);
      await connection.flush();
    },
    async nextEvent(subject: string): Promise<{ data: unknown; headers: Record<string, string> }> {
      const messages = connection.subscribe(subject, { max: 1, timeout: 5_000 });
      for await (const message of messages) {
        const headers = Object.fromEntries(
          [...(message.headers ?? [])].map(([name, [value = '']]) => [name, value]),
        );
        return { data: message.json(), headers };
      }
      throw new Error(`nothing heard on ${subject}`);
    },
  };
}

export type Commander = Awaited<ReturnType<typeof createCommander>>;
